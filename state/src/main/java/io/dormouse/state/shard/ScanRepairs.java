// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.index.PageDescriptor;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * When the damaged scan pages of a shard are made anew: a {@link ScanRepair} begins when one is found, and once more for
 * those that were found behind its back. One that left pages for want of what object storage holds is tried again after a
 * minute; one that left them for good, when another damage is found.
 */
final class ScanRepairs {
    /** Ticks, of about a second, after which a repair is tried again that lacked something of object storage. */
    private static final int REST_TICKS = 60;

    private final ColdTier tier;
    private final BooleanSupplier awake;
    private final Runnable schedule;
    /** What a repair waits for, apart: nothing else waits with it. */
    private final ColdWait cold;

    private LongFunction<ScanRepair> repairs;
    /** Null while none is under way. */
    private ScanRepair repair;

    private boolean again;
    private boolean isNoUse;

    /**
     * @param tier null when the job has no cold tier
     * @param awake whether the shard is in heap
     * @param schedule has {@link #step} called soon
     */
    ScanRepairs(ColdTier tier, BooleanSupplier awake, Runnable schedule) {
        this.tier = tier;
        this.awake = awake;
        this.schedule = schedule;
        this.cold = new ColdWait(tier);
    }

    /** @param made makes a repair, given a row below which none is alive */
    void resume(LongFunction<ScanRepair> made) {
        repairs = made;
    }

    /** A scan page was found damaged, which may be news. */
    void found(PageDescriptor page, boolean news) {
        isNoUse &= !news;
        if (!isNoUse && (repair == null || repair.sawSound(page))) {
            again = true;
            schedule.run();
        }
    }

    boolean canGoOn() {
        return (repair != null || again) && !cold.waiting();
    }

    /** Repairs under way: 0 or 1. */
    int outstanding() {
        return repair == null ? 0 : 1;
    }

    /** Does a step of a repair, or begins one. */
    void step(long firstRow) {
        if (repair == null) {
            again = false;
            repair = repairs.apply(firstRow);
        }
        try {
            if (!repair.step()) {
                isNoUse = repair.leftSome() && !again;
                if (isNoUse && repair.someMayCome()) {
                    tryAgainAfter(REST_TICKS);
                }
                repair = null;
                cold.release();
            }
            cold.satisfied();
        } catch (ColdBlockException e) {
            cold.await(e.ranges(), schedule);
        }
    }

    private void tryAgainAfter(int ticks) {
        if (ticks == 0) {
            isNoUse = false;
            again = true;
            schedule.run();
        } else if (awake.getAsBoolean()) {
            tier.later(() -> tryAgainAfter(ticks - 1));
        }
    }

    /** The shard leaves the heap. */
    void retire() {
        if (repair != null) {
            repair.letGo();
        }
        cold.release();
    }
}
