// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import java.util.Arrays;

/** Latencies in nanoseconds, of which percentiles are asked; bounded, the newest replace the oldest. Thread-safe. */
public final class Latencies {
    private final long[] nanos;
    private long count;

    /** Keeps the last {@code max} latencies. */
    public Latencies(int max) {
        this.nanos = new long[max];
    }

    /** Adds one. */
    public synchronized void add(long latencyNanos) {
        nanos[(int) (count++ % nanos.length)] = latencyNanos;
    }

    /** How many were added. */
    public synchronized long count() {
        return count;
    }

    /** For each of {@code quantiles} (0 to 1) the latency in milliseconds that this share of all did not exceed. */
    public double[] millis(double... quantiles) {
        long[] sorted = sorted();
        double[] millis = new double[quantiles.length];
        for (int i = 0; i < millis.length; i++) {
            int rank = (int) Math.ceil(quantiles[i] * sorted.length) - 1;
            millis[i] = sorted.length == 0 ? Double.NaN : sorted[Math.max(0, rank)] / 1e6;
        }
        return millis;
    }

    private synchronized long[] sorted() {
        long[] kept = Arrays.copyOf(nanos, (int) Math.min(count, nanos.length));
        Arrays.sort(kept);
        return kept;
    }
}
