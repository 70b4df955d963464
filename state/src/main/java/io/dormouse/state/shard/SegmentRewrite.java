// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.Segment;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Copies the pages of segments of which less than half is in use to new ones, one page after the other; the old objects
 * are left to the sweep. Its table of contents says what a segment held, and each shard whether it still refers to it. A
 * crash or failure at any point leaves some pages where they were.
 */
final class SegmentRewrite {
    /** A segment of which less is in use is rewritten. */
    static final double LIVE_SHARE_MIN = 0.5;

    /** Level of ZSTD: pages that live through a rewrite are old ones, and will be read rarely. */
    static final int LEVEL = 9;

    /** A segment that could not be rewritten whole is not tried again for this long. */
    private static final long REST_MILLIS = 600_000;

    private final ColdTier tier;
    private final Function<ShardKey, ShardMemory> wake;
    private final StepQueue steps;
    private final LongSupplier clockMillis;
    private final Map<String, Long> triedMillis = new HashMap<>();
    private final ArrayDeque<Segment.Entry> entries = new ArrayDeque<>();
    private boolean busy;
    private long rewritten;

    /** @param wake the shard of a key, awake and selected in the store, or null when there is none */
    SegmentRewrite(ColdTier tier, Function<ShardKey, ShardMemory> wake, StepQueue steps, LongSupplier clockMillis) {
        this.tier = tier;
        this.wake = wake;
        this.steps = steps;
        this.clockMillis = clockMillis;
    }

    /** To be called about once a second: begins with a segment when there is one and nothing else is being rewritten. */
    void tick() {
        long now = clockMillis.getAsLong();
        triedMillis.values().removeIf(tried -> now - tried >= REST_MILLIS);
        if (busy || !tier.demotions().hasRoom()) {
            return;
        }
        String segment = tier.uses().sparse(LIVE_SHARE_MIN, triedMillis.keySet());
        if (segment == null) {
            return;
        }
        busy = true;
        triedMillis.put(segment, now);
        tier.contents(segment, contents -> begin(segment, contents), () -> busy = false);
    }

    private void begin(String segment, List<Segment.Entry> contents) {
        tier.uses().know(contents);
        if (!tier.uses().isSparse(segment, LIVE_SHARE_MIN)) {
            busy = false;
            return;
        }
        entries.addAll(contents);
        goOn();
    }

    private void goOn() {
        steps.add(Urgency.TIERING, this::next);
    }

    /** Copies the next page if it is still where the segment says. */
    private void next() {
        Segment.Entry entry = entries.poll();
        if (entry == null) {
            busy = false;
            rewritten++;
            return;
        }
        ShardMemory shard = wake.apply(entry.shard());
        if (shard != null && entry.cold().equals(shard.coldPage(entry.page()))) {
            fetch(entry);
        } else {
            goOn();
        }
    }

    private void fetch(Segment.Entry entry) {
        List<ColdRange> ranges = new ArrayList<>(2);
        ranges.add(entry.cold().vectors());
        if (entry.cold().payloads() != null) {
            ranges.add(entry.cold().payloads());
        }
        ColdNeed[] need = new ColdNeed[1];
        need[0] = tier.fetches().need(() -> copy(entry, need[0]));
        if (!need[0].fetch(ranges)) {
            copy(entry, need[0]);
        }
    }

    private void copy(Segment.Entry entry, ColdNeed need) {
        ColdPage cold = entry.cold();
        byte[] vectors = tier.fetches().bytes(cold.vectors());
        byte[] payloads = cold.payloads() == null ? null : tier.fetches().bytes(cold.payloads());
        if (vectors != null && (cold.payloads() == null || payloads != null)) {
            Segment.Content content = new Segment.Content(entry.shard(), entry.page(), vectors, payloads, cold);
            tier.demotions().add(tier.groups().groupOf(entry.shard()), content, LEVEL);
        }
        need.release();
        goOn();
    }

    /** Segments gone through so far. */
    long rewritten() {
        return rewritten;
    }
}
