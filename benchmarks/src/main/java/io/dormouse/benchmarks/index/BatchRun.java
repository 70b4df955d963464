// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.data.FixedPages;
import io.dormouse.benchmarks.data.HeapMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.index.IndexEngine.Distance;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a query costs when it is answered together with others: one shard in heap, all pages hot, the same queries one by
 * one and in batches of several sizes, which take turns.
 */
public final class BatchRun {
    /** Queries that are answered together. */
    public static final List<Integer> SIZES = List.of(1, 4, 16, 64);

    /** CPU time is this thread's own, whatever else the machine does. */
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final float RECALL_MIN = 0.95f;
    private static final int K = 10;
    private static final int QUERIES = 960;
    private static final int WARM_UPS = 5;
    private static final int SCAN_PAGE_BYTES = 32_768;
    private static final int[] PROBES = {1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45, 64};
    private static final double NANOS_PER_MICRO = 1e3;

    private final VectorSet set;
    private final FixedPages planner = new FixedPages();
    private final HeapMemory memory;
    private final List<SearchRequest> requests = new ArrayList<>();

    /** Fills a shard with the set. */
    public BatchRun(IndexSet of, Code code, Path folder) throws IOException {
        set = of.load(folder);
        Metric metric = of.distance() == Distance.L2 ? Metric.L2 : Metric.COSINE;
        memory = new HeapMemory(
                NamespaceSettings.of(set.dimension(), metric, code, 1, RECALL_MIN), SCAN_PAGE_BYTES, planner);
        for (int row = 0; row < set.base().length; row++) {
            memory.upsert(row, HeapMemory.bytes(set.base()[row]));
        }
        memory.drain();
        for (int i = 0; i < QUERIES; i++) {
            float[] query = set.queries()[i % set.queries().length];
            requests.add(new SearchRequest(HeapMemory.bytes(query), K, RECALL_MIN, false, true));
        }
    }

    /** Pages of the shard. */
    public int pages() {
        return memory.shard().pages();
    }

    /** As many pages as recall@10 of {@value #RECALL_MIN} takes with the first queries. */
    public int probesForRecall() {
        for (int probes : PROBES) {
            planner.probes = probes;
            if (recall() >= RECALL_MIN) {
                return probes;
            }
        }
        return pages();
    }

    /** Microseconds of CPU per query that probes so many pages, a median over the rounds for each of {@link #SIZES}. */
    public double[] run(int probes, int rounds) {
        planner.probes = probes;
        double[][] micros = new double[SIZES.size()][rounds];
        for (int round = -WARM_UPS; round < rounds; round++) {
            for (int i = 0; i < SIZES.size(); i++) {
                double took = answerAll(SIZES.get(i));
                if (round >= 0) {
                    micros[i][round] = took;
                }
            }
        }
        return Arrays.stream(micros).mapToDouble(BatchRun::median).toArray();
    }

    private double recall() {
        int queries = Math.min(100, set.queries().length);
        int found = 0;
        for (int q = 0; q < queries; q++) {
            List<String> ids = memory.search(List.of(requests.get(q))).get(0).hits().stream()
                    .map(hit -> hit.item().id())
                    .toList();
            found += set.found(q, K, ids);
        }
        return (double) found / (K * queries);
    }

    private double answerAll(int size) {
        long start = THREADS.getCurrentThreadCpuTime();
        int hits = 0;
        for (int first = 0; first < QUERIES; first += size) {
            for (SearchAnswer answer : memory.search(requests.subList(first, first + size))) {
                hits += answer.hits().size();
            }
        }
        double micros = (THREADS.getCurrentThreadCpuTime() - start) / NANOS_PER_MICRO / QUERIES;
        if (hits != K * QUERIES) {
            throw new IllegalStateException(QUERIES + " queries found " + hits + " items; expected " + K + " each");
        }
        return micros;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
