// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.function.LongSupplier;

/**
 * Bounds what samples cost: an allowance of bytes to look at, which grows with time at the given share of what a core scans
 * in that time. A sample begins while there is any, and may end in debt, which is paid off before the next begins.
 */
final class SampleBudget {
    /** What a core scans, roughly: 2 GiB a second. */
    private static final double BYTES_PER_MILLI = 2 << 20;

    private static final double BYTES_MAX = 64 << 20;

    /** The first allowance, a quarter of a second's scanning, so that a new operator calibrates soon. */
    private static final double BYTES_FIRST = 512 << 20;

    private final double bytesPerMilli;
    private final LongSupplier clockMillis;
    private double bytes;
    private long lastMillis;

    SampleBudget(double share, LongSupplier clockMillis) {
        this.bytesPerMilli = share * BYTES_PER_MILLI;
        this.clockMillis = clockMillis;
        this.bytes = share > 0 ? BYTES_FIRST : 0;
        this.lastMillis = clockMillis.getAsLong();
    }

    /** Whether a sample may begin. */
    boolean allows() {
        if (bytesPerMilli == 0) {
            return false;
        }
        long now = clockMillis.getAsLong();
        bytes = Math.max(bytes, Math.min(BYTES_MAX, bytes + Math.max(0, now - lastMillis) * bytesPerMilli));
        lastMillis = now;
        return bytes > 0;
    }

    void spend(long spent) {
        bytes -= spent;
    }
}
