// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.cold;

import io.dormouse.local.client.Latencies;
import io.dormouse.state.cold.ColdStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How fast random ranges of one object are read.
 *
 * @param perSecond reads a second, of all threads together
 * @param p50Millis median latency of one read
 * @param p99Millis its 99th percentile
 */
public record RangeReads(double perSecond, double p50Millis, double p99Millis) {
    private static final int LATENCIES_MAX = 1 << 17;

    /** Reads for {@code millis} with so many threads, each with one read under way. */
    public static RangeReads measure(
            ColdStore store, String name, int objectBytes, int rangeBytes, int threads, int millis) throws Exception {
        Latencies latencies = new Latencies(LATENCIES_MAX);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long start = System.nanoTime();
        long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                readers.add(pool.submit(() -> {
                    for (long before = System.nanoTime(); before < end; before = System.nanoTime()) {
                        int range = ThreadLocalRandom.current().nextInt(objectBytes / rangeBytes);
                        store.read(name, (long) range * rangeBytes, rangeBytes);
                        latencies.add(System.nanoTime() - before);
                    }
                    return null;
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        } finally {
            pool.shutdownNow();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double[] millisOf = latencies.millis(0.5, 0.99);
        return new RangeReads(latencies.count() / seconds, millisOf[0], millisOf[1]);
    }

    /** The round whose rate is the median. */
    public static RangeReads median(List<RangeReads> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(RangeReads::perSecond))
                .toList()
                .get(rounds.size() / 2);
    }
}
