// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.cache.HotPageCache;
import java.util.function.DoubleSupplier;

/**
 * Keeps the process from running out of heap (SPEC row HA8). The share of the heap in use after a collection gives a level;
 * each look at a level above 0 takes a part of the hot tier's limit away, from what it holds and not from what it may hold,
 * so that a limit configured far too large is found to be so. Batches become smaller as well. Below the first level
 * by a margin the limit grows again, a tenth each look, up to what is configured: recovery needs nobody's help.
 *
 * <p>Every instance of a TaskManager looks at the same heap and gives way, so that slots share what there is.
 */
final class MemoryPressure {
    /** Used shares of the heap from which the levels 1, 2 and 3 begin. */
    private static final double[] LEVELS = {0.70, 0.80, 0.90};

    /** What is left of the hot tier at each level, each time. */
    private static final double[] KEPT = {0.9, 0.75, 0.5};

    /** Share of the usual batch size at each level. */
    private static final double[] BATCHES = {0.5, 0.25, 0.1};

    /** So far below level 1 the limit grows again. */
    private static final double MARGIN = 0.05;

    private static final double GROWTH = 1.1;

    /** The hot tier keeps so much whatever happens, to work at all. */
    private static final long BYTES_MIN = 1 << 20;

    private final DoubleSupplier heapUse;
    private final HotPageCache cache;
    private final long configured;
    private volatile int level;
    private volatile double share;

    /** @param heapUse used share of the heap after the last collection */
    MemoryPressure(DoubleSupplier heapUse, HotPageCache cache) {
        this.heapUse = heapUse;
        this.cache = cache;
        this.configured = cache.bytesMax();
    }

    /** Looks at the heap; whether the limit of the hot tier is lower now. */
    boolean look() {
        double used = heapUse.getAsDouble();
        boolean collected = used != share;
        share = used;
        level = levelOf(used);
        if (level > 0 && collected) { // without a collection nothing new is known
            long holds = Math.min(cache.bytesMax(), cache.bytes());
            cache.setBytesMax(Math.min(cache.bytesMax(), Math.max(floor(), (long) (holds * KEPT[level - 1]))));
            return true;
        }
        if (used < LEVELS[0] - MARGIN && cache.bytesMax() < configured) {
            cache.setBytesMax(Math.min(configured, (long) (cache.bytesMax() * GROWTH)));
        }
        return false;
    }

    private long floor() {
        return Math.min(configured, BYTES_MIN);
    }

    private static int levelOf(double used) {
        int level = 0;
        while (level < LEVELS.length && used >= LEVELS[level]) {
            level++;
        }
        return level;
    }

    /** 0 = no pressure, 1 to 3; any thread may ask. */
    int level() {
        return level;
    }

    /** Used share of the heap after the last collection; any thread may ask. */
    double heapShare() {
        return share;
    }

    /** Share of the usual batch size that answers should make do with now. */
    double batchShare() {
        return level == 0 ? 1 : BATCHES[level - 1];
    }
}
