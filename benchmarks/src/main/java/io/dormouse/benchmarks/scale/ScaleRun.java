// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.scale;

import io.dormouse.benchmarks.data.FixedPages;
import io.dormouse.benchmarks.data.HeapMemory;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.SearchAnswer;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * One shard that grows half a decade at a time; at every size the fewest pages that reach the recall are looked for, and
 * queries with that many are timed.
 */
public final class ScaleRun {
    private static final int DIMENSION = 128;
    private static final int FIRST = 10_000;
    private static final int QUERIES = 500;
    private static final int K = 10;
    private static final double RECALL = 0.95;
    private static final int PAGE_BYTES = 32_768;
    private static final int ROUNDS = 5;
    private static final int BATCH = 10_000;

    private final int max;
    private final PrintStream out;
    private final ClusteredVectors vectors = new ClusteredVectors(DIMENSION, 1);
    private final float[][] queries = new float[QUERIES][];
    private final ByteBuffer[] requests = new ByteBuffer[QUERIES];
    private final RunningTruth truth = new RunningTruth(queries, K);
    private final FixedPages planner = new FixedPages();
    private final HeapMemory memory;

    /** What was measured at one size; times are medians. */
    public record Size(
            int vectors,
            int pages,
            double recall,
            int probes,
            double rowsScored,
            double queryMicros,
            double insertMicros,
            long blocksToWake) {}

    /** @param max vectors at the end */
    public ScaleRun(int max, PrintStream out) {
        this.max = max;
        this.out = out;
        memory = new HeapMemory(NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.95f), PAGE_BYTES, planner);
        for (int q = 0; q < QUERIES; q++) {
            queries[q] = vectors.vector(-1 - q);
            requests[q] = HeapMemory.bytes(queries[q]);
        }
    }

    /** The exponent of a power law through the points. */
    public static double exponent(List<double[]> points) {
        return PowerLaw.exponent(points);
    }

    /** Measures all sizes. */
    public List<Size> run() {
        List<Size> sizes = new ArrayList<>();
        int loaded = 0;
        for (double size = FIRST; Math.round(size) <= max; size *= Math.sqrt(10)) {
            int target = (int) Math.round(size);
            double insertMicros = load(loaded, target);
            loaded = target;
            sizes.add(measure(target, insertMicros));
            out.printf(
                    "%,d vectors: %.1f us a query, %.1f us an insert%n",
                    target, sizes.get(sizes.size() - 1).queryMicros(), insertMicros);
        }
        return sizes;
    }

    /** Adds rows; the median over batches of what one costs. Making vectors and the truth is not timed. */
    private double load(int from, int to) {
        List<Double> micros = new ArrayList<>();
        for (int first = from; first < to; first += BATCH) {
            int end = Math.min(to, first + BATCH);
            ByteBuffer[] batch = new ByteBuffer[end - first];
            for (int i = first; i < end; i++) {
                float[] vector = vectors.vector(i);
                truth.show(i, vector);
                batch[i - first] = HeapMemory.bytes(vector);
            }
            long start = System.nanoTime();
            for (int i = first; i < end; i++) {
                memory.upsert(i, batch[i - first]);
            }
            micros.add((System.nanoTime() - start) / 1e3 / batch.length);
        }
        memory.drain();
        return median(micros);
    }

    private Size measure(int size, double insertMicros) {
        planner.probes = 1;
        double recall = recall();
        while (recall < RECALL) {
            planner.probes = Math.max(planner.probes + 1, planner.probes * 5 / 4);
            recall = recall();
        }
        List<Double> micros = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (ByteBuffer request : requests) {
                memory.search(request, K, Float.NaN);
            }
            micros.add((System.nanoTime() - start) / 1e3 / QUERIES);
        }
        long rows = Arrays.stream(requests)
                .mapToLong(request -> memory.search(request, K, Float.NaN).rowsScored())
                .sum();
        return new Size(
                size,
                memory.shard().pages(),
                recall,
                planner.probes,
                (double) rows / QUERIES,
                median(micros),
                insertMicros,
                memory.blocksToWake());
    }

    private double recall() {
        int found = 0;
        for (int q = 0; q < QUERIES; q++) {
            Set<String> nearest = truth.ids(q);
            for (SearchAnswer.Hit hit : memory.search(requests[q], K, Float.NaN).hits()) {
                found += nearest.contains(hit.item().id()) ? 1 : 0;
            }
        }
        return (double) found / K / QUERIES;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
