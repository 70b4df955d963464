// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.cold.ColdHealth;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Brings raw pages of one shard back from object storage that had better be warm, with the payloads of their items, one page
 * a step. What is no longer in heap is fetched once more.
 */
final class PagePromotion {
    /** Pages that may wait; one too many comes back when it is wanted again. */
    private static final int WANTED_MAX = 256;

    private final ShardMemory shard;
    private final ShardKey key;
    private final ShardPages pages;
    private final ShardItems items;
    private final LiveRows live;
    private final ColdPages cold;
    private final ColdTier tier;
    private final ColdWait wait;
    private final StepQueue steps;
    private final Set<Long> wanted = new LinkedHashSet<>();

    PagePromotion(
            ShardMemory shard,
            ShardKey key,
            ShardPages pages,
            ShardItems items,
            LiveRows live,
            ColdPages cold,
            ColdTier tier,
            StepQueue steps) {
        this.shard = shard;
        this.key = key;
        this.pages = pages;
        this.items = items;
        this.live = live;
        this.cold = cold;
        this.tier = tier;
        this.wait = new ColdWait(tier);
        this.steps = steps;
    }

    /** A cold page is wanted in the warm tier; it comes if there is room, and nothing better to do for object storage. */
    void want(long page) {
        boolean may = !tier.warmIsFull() && tier.fetches().health().level() == ColdHealth.Level.NORMAL;
        if (may && wanted.size() < WANTED_MAX && wanted.add(page) && wanted.size() == 1) {
            schedule();
        }
    }

    private void schedule() {
        steps.add(Urgency.TIERING, this::step);
    }

    private void step() {
        if (!shard.awake() || wanted.isEmpty()) {
            return;
        }
        shard.select();
        long page = wanted.iterator().next();
        try {
            if (cold.isCold(page)) {
                bringBack(page);
            }
        } catch (ColdBlockException e) {
            wait.await(e.ranges(), this::schedule);
            return;
        } catch (CorruptPageException e) {
            // part of it is lost: the reference stays, since it says what
        }
        wait.release();
        wanted.remove(page);
        if (!wanted.isEmpty()) {
            schedule();
        }
    }

    private void bringBack(long page) throws ColdBlockException, CorruptPageException {
        long[] rows = live.rowsOf(page, pages.rawRowsPerPage());
        Map<Long, Item> whole = new LinkedHashMap<>();
        for (long row : rows) {
            pages.rawOf(row);
            whole.put(row, items.whole(row));
        }
        if (rows.length == 0 || whole.containsValue(null)) {
            return; // an item cannot be read: its payload would be lost with the reference
        }
        whole.forEach(items::cameBack);
        FaultPoint.PAGE_COMES_BACK.reached();
        pages.storeAgain(page);
        tier.moves().cameBack(key, page);
        shard.restsFromAgeing(); // until it is asked again whether there is a page to age
        shard.noteMaintained();
    }

    /** The shard leaves the heap: what was fetched is let go of. */
    void retire() {
        wanted.clear();
        wait.release();
    }
}
