// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

/**
 * What it is worth to keep a block: the latency of bringing it back, times its importance. Eviction divides by its size.
 *
 * @param latencyMicros to bring the block back, in microseconds, above zero
 * @param importance 0 to 1
 */
public record BlockValue(float latencyMicros, float importance) {
    /** Latency of a read from RocksDB, in microseconds. */
    public static final float WARM_MICROS = 50;

    /** Importance of what nothing is known about. */
    public static final float ORDINARY_IMPORTANCE = 0.5f;

    /** A block of the warm tier that nothing is known about; its weight is 1. */
    public static final BlockValue ORDINARY = new BlockValue(WARM_MICROS, ORDINARY_IMPORTANCE);

    /** A block without importance still counts for something, or every miss of it would be free. */
    private static final float IMPORTANCE_MIN = 0.01f;

    /** A block of the warm tier of this importance; 0 = none is known. */
    public static BlockValue warm(float importance) {
        return importance == 0 || importance == ORDINARY_IMPORTANCE
                ? ORDINARY
                : new BlockValue(WARM_MICROS, importance);
    }

    public BlockValue {
        if (!(latencyMicros > 0) || !(importance >= 0 && importance <= 1)) {
            throw new IllegalArgumentException("latency " + latencyMicros + " us and importance " + importance
                    + ": expected a latency above zero and an importance from 0 to 1");
        }
    }

    /** What a miss costs, as a multiple of an ordinary block's. */
    float weight() {
        return latencyMicros / WARM_MICROS * (Math.max(IMPORTANCE_MIN, importance) / ORDINARY_IMPORTANCE);
    }
}
