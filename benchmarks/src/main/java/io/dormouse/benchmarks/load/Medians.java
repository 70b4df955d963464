// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import io.dormouse.benchmarks.load.LoadDriver.Paced;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Medians over rounds: one round that the machine spoilt does not count. */
public final class Medians {
    private Medians() {}

    /** The median of a value over rounds; NaN when there are none. */
    public static <T> double of(List<T> rounds, ToDoubleFunction<T> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The median over rounds of a percentile of their latencies, milliseconds. */
    public static double millis(List<Paced> rounds, double share) {
        return of(rounds, round -> round.percentile(share));
    }

    /** A percentile of sorted values; NaN when there are none. */
    public static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}
