// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.CorruptColdException;
import io.dormouse.state.cold.PackedPayloads;
import io.dormouse.state.cold.Payloads;
import io.dormouse.state.cold.Segment;
import io.dormouse.state.cold.WarmLimits;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Sends the raw pages of one shard down that nobody has used for a while (SPEC rows DP4, HA2). It is a clock: a pass looks
 * at every complete page that is not cold and hands those to {@link io.dormouse.state.cold.Demotions}, a few a step, that
 * were not used for so long that they must go; those that may go, too, while the warm tier holds more than it should; and
 * once those that may go and hold nothing important. A page with a pinned item stays.
 *
 * <p>A page keeps its place in the warm tier until its copy is safe in object storage; {@link #stored} then puts a
 * reference there, after a look at whether the page is still the one that was copied.
 */
final class RawAgeing {
    /** Pages that one step reads from the store, and looks at to find them. */
    private static final int PAGES_PER_STEP = 2;

    private static final int PAGES_LOOKED_AT_PER_STEP = 64;

    /** A page none of whose items is more important need not wait until it must go (SPEC row DP4). */
    private static final float IMPORTANCE_LOW = 0.2f;

    /** Level of ZSTD for pages that go down the first time. */
    static final int LEVEL = 3;

    private final ShardMemory shard;
    private final ShardKey key;
    private final ShardHead head;
    private final ShardPages pages;
    private final ShardItems items;
    private final LiveRows live;
    private final ColdPages cold;
    private final ColdTier tier;
    private final StepQueue steps;

    private boolean started;
    private boolean passing;
    private long next;

    /** Whether the pass has met a page that may go one day. */
    private boolean anyLeft;

    /** Complete pages when a pass met none that may go: only later ones may. */
    private long settledPages;

    private Runnable nothingLeft = () -> {};

    RawAgeing(
            ShardMemory shard,
            ShardKey key,
            ShardHead head,
            ShardPages pages,
            ShardItems items,
            LiveRows live,
            ColdPages cold,
            ColdTier tier,
            StepQueue steps) {
        this.shard = shard;
        this.key = key;
        this.head = head;
        this.pages = pages;
        this.items = items;
        this.live = live;
        this.cold = cold;
        this.tier = tier;
        this.steps = steps;
    }

    /** Whether there are pages that may go cold one day. */
    boolean hasCandidates() {
        return completePages() > settledPages && cold.nextWarm(0) < completePages();
    }

    /** Whether there are candidates for the first time since the shard woke. */
    boolean starts() {
        if (started || completePages() == 0) {
            return false;
        }
        started = hasCandidates();
        return started;
    }

    /** Whether there are candidates is to be looked at anew; the next one is news again. */
    void rest() {
        started = false;
        settledPages = 0;
    }

    private long completePages() {
        return head.nextRow / head.rawRowsPerPage;
    }

    /**
     * Begins a pass over all pages, unless one is under way.
     *
     * @param nothingLeft runs at its end when it has met no page that may go one day
     */
    void pass(Runnable nothingLeft) {
        this.nothingLeft = nothingLeft;
        if (!passing) {
            passing = true;
            anyLeft = false;
            next = 0;
            steps.add(Urgency.TIERING, this::step);
        }
    }

    private void step() {
        passing = false;
        if (!shard.awake()) {
            return;
        }
        if (!tier.demotions().hasRoom()) {
            passing = true;
            tier.later(() -> steps.add(Urgency.TIERING, this::step));
            return;
        }
        shard.select();
        int read = 0;
        for (int looked = 0; read < PAGES_PER_STEP && looked < PAGES_LOOKED_AT_PER_STEP; looked++) {
            next = cold.nextWarm(next);
            if (next >= completePages()) {
                end();
                return;
            }
            read += age(next++) ? 1 : 0;
        }
        passing = true;
        steps.add(Urgency.TIERING, this::step);
    }

    private void end() {
        if (!anyLeft) {
            rest();
            settledPages = completePages();
            nothingLeft.run();
        }
    }

    /** Looks at one page; whether it was read. */
    private boolean age(long page) {
        long first = page * head.rawRowsPerPage;
        if (!live.anyAlive(first, first + head.rawRowsPerPage)) {
            return false;
        }
        WarmLimits limits = tier.warmLimits();
        long eligibleMillis = tier.pageUses().idleMillis(key.hashCode(), page) - limits.eligibleMillis();
        boolean must = tier.warmIsFull() || eligibleMillis >= limits.idleMillisMax() - limits.eligibleMillis();
        boolean mayGo = must || eligibleMillis < limits.passMillis(); // or the pass before has found it too important
        if (eligibleMillis < 0 || !mayGo) {
            anyLeft = true;
            return false;
        }
        byte[] stored = pages.storedRaw(page);
        if (stored == null || ColdPage.isReference(stored) || !isSound(stored)) {
            anyLeft |= stored == null; // a change of it waits to be stored
            return true;
        }
        Payloads payloads = new Payloads();
        float importance = 0;
        for (long row : live.rowsOf(page, head.rawRowsPerPage)) {
            Item item = items.stored(row);
            if (item == null) {
                continue;
            }
            if (item.pinned()) {
                return true;
            }
            importance = Math.max(importance, item.importanceOr(BlockValue.ORDINARY_IMPORTANCE));
            if (item.payload() != null && !item.payloadIsCold()) {
                payloads.add((int) (row - first), item.payload());
            }
        }
        anyLeft = true;
        if (must || importance < IMPORTANCE_LOW) {
            Segment.Content content = new Segment.Content(key, page, stored, payloads.packed(), null);
            tier.demotions().add(tier.groups().groupOf(key), content, LEVEL);
        }
        return true;
    }

    /** Damage stays where it is: object storage gets only pages that could be read. */
    private static boolean isSound(byte[] stored) {
        try {
            VectorPage.read(stored);
            return true;
        } catch (CorruptPageException e) {
            return false;
        }
    }

    /**
     * A page of this shard is safe in object storage: lets go of what it had in the warm tier, if that is still what was
     * stored. The namespace may have been erased and made anew meanwhile, with other pages under the same numbers.
     *
     * @return whether it went
     */
    boolean stored(Segment.Entry entry, Segment.Content content, long segmentBytes) {
        long page = entry.page();
        if (!Arrays.equals(pages.storedRaw(page), content.vectors())) {
            return false;
        }
        Map<Long, Item> payloads = new HashMap<>();
        for (long row : live.rowsOf(page, head.rawRowsPerPage)) {
            Item item = items.stored(row);
            if (item != null && item.payload() != null) {
                payloads.put(row, item);
            }
        }
        if (!payloads.isEmpty() && !holds(content.payloads(), payloads)) {
            return false;
        }
        payloads.forEach(items::payloadWentCold);
        FaultPoint.PAGE_LEAVES.reached();
        cold.wentCold(page, entry.cold(), segmentBytes);
        shard.noteMaintained();
        return true;
    }

    private boolean holds(byte[] packed, Map<Long, Item> payloads) {
        if (packed == null) {
            return false;
        }
        try {
            PackedPayloads found = new PackedPayloads(packed);
            for (Map.Entry<Long, Item> each : payloads.entrySet()) {
                int place = (int) (each.getKey() % head.rawRowsPerPage);
                if (!Arrays.equals(found.find(place), each.getValue().payload())) {
                    return false;
                }
            }
            return true;
        } catch (CorruptColdException e) {
            return false;
        }
    }

    /** A cold page lies in another segment now. */
    void moved(Segment.Entry entry, ColdPage from, long segmentBytes) {
        if (cold.moved(entry.page(), from, entry.cold(), segmentBytes)) {
            shard.noteMaintained();
        }
    }
}
