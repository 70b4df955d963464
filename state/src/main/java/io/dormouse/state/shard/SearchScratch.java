// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.IntObjectHashMap;
import io.dormouse.state.access.AccessLog;
import io.dormouse.state.index.DirectoryScratch;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.index.ScanTimes;
import io.dormouse.state.index.TwoMeans;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.VectorKernels;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongSupplier;

/** Working memory of the one thread that searches; shared by all shards, so that a search allocates only its answer. */
final class SearchScratch {
    final VectorKernels kernels;
    final ProbePlanner planner;
    /** Times parts of queries. */
    final LongSupplier nanoClock;

    final DirectoryScratch directories;
    /** Distances of rows to centroids, for maintenance. */
    final RowEstimates estimates;
    /** The split that is being worked out; it holds the rows of one page. */
    final TwoMeans twoMeans;
    /** As that, for a split that waits for object storage in between: nobody takes it away from who has it. */
    final TwoMeans coldMeans;
    /** The order of scans of queries that are answered together. */
    final PageVisits visits = new PageVisits();
    /** Those that scan one page at once. */
    final SharedScan shared;
    /** The latest accesses to pages. */
    final AccessLog accesses = new AccessLog(AccessLog.SIZE);

    private final QueryRun[] runs = new QueryRun[PageVisits.RUNS_MAX];
    private final IntObjectHashMap<ScanTimes> scanTimes = new IntObjectHashMap<>();
    private float[] incoming = new float[0];
    private float[] moving = new float[0];

    SearchScratch(VectorKernels kernels, ProbePlanner planner) {
        this(kernels, planner, System::nanoTime);
    }

    /** With a clock of its own, for tests. */
    SearchScratch(VectorKernels kernels, ProbePlanner planner, LongSupplier nanoClock) {
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.planner = Objects.requireNonNull(planner, "planner");
        this.directories = new DirectoryScratch(kernels);
        this.twoMeans = new TwoMeans(kernels);
        this.coldMeans = new TwoMeans(kernels);
        this.estimates = new RowEstimates(kernels);
        this.shared = new SharedScan(kernels);
    }

    /** Working memory of a query, one for each that are answered together. */
    QueryRun run(int i) {
        if (runs[i] == null) {
            runs[i] = new QueryRun(kernels);
        }
        return runs[i];
    }

    /** How long scans take, by code and dimension: the same for all shards. */
    ScanTimes scanTimes(Code code, int dimension) {
        int key = dimension << Byte.SIZE | code.id();
        ScanTimes times = scanTimes.get(key);
        if (times == null) {
            times = new ScanTimes(code.codeBytes(dimension));
            scanTimes.put(key, times);
        }
        return times;
    }

    /** The vector of the record that is being written. */
    float[] incoming(int dimension) {
        incoming = room(incoming, dimension);
        return incoming;
    }

    /** The vector of a row that maintenance looks at. */
    float[] moving(int dimension) {
        moving = room(moving, dimension);
        return moving;
    }

    /** Room for one vector, zero beyond its dimension as kernels want it. */
    static float[] room(float[] vector, int dimension) {
        int padded = (dimension + VectorKernels.QUERY_PADDING - 1)
                / VectorKernels.QUERY_PADDING
                * VectorKernels.QUERY_PADDING;
        float[] room = vector.length == padded ? vector : new float[padded];
        Arrays.fill(room, dimension, padded, 0f);
        return room;
    }
}
