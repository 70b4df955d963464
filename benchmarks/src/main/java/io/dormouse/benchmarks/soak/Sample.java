// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.soak;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one slice of the soak saw.
 *
 * @param heapBytes heap in use by the TaskManager, the least seen in the slice: what collections left
 * @param residentBytes memory of its process
 * @param filesBytes RocksDB's files on its disk
 * @param p50Millis of queries, Kafka to Kafka
 * @param p99Millis of queries
 */
public record Sample(
        int minute, long heapBytes, long residentBytes, long filesBytes, double p50Millis, double p99Millis) {

    /** By how much a figure grew: the mean of the last quarter by that of the second, the first being a warm-up. */
    public static double growth(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        int quarter = Math.max(1, samples.size() / 4);
        double before = mean(samples.subList(Math.min(quarter, samples.size() - 1), 2 * quarter), figure);
        double after = mean(samples.subList(samples.size() - quarter, samples.size()), figure);
        return after / before;
    }

    private static double mean(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}
