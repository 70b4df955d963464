// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.data.FixedPages;
import io.dormouse.benchmarks.data.HeapMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.SearchAnswer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One shard of the memory as the operator uses it: upserts and searches of whole items, one step of maintenance after
 * each upsert. Everything stays hot. The effort is a fixed number of pages to probe.
 */
final class DormouseEngine implements IndexEngine {
    /** A target below 1, so that the planner is asked; it knows the number of pages itself. */
    private static final float RECALL_TARGET = 0.95f;

    /** The default of the job. */
    private static final int SCAN_PAGE_BYTES = 32_768;

    private final Code code;
    private final FixedPages planner = new FixedPages();
    private HeapMemory memory;
    private ByteBuffer[] queries;

    DormouseEngine(Code code) {
        this.code = code;
    }

    @Override
    public String implementation() {
        return Kernels.selection() + "; " + memory.shard().pages() + " pages";
    }

    @Override
    public void open(VectorSet set, Distance distance) {
        Metric metric = distance == Distance.L2 ? Metric.L2 : Metric.COSINE;
        memory = new HeapMemory(
                NamespaceSettings.of(set.dimension(), metric, code, 1, RECALL_TARGET), SCAN_PAGE_BYTES, planner);
        queries = Arrays.stream(set.queries()).map(HeapMemory::bytes).toArray(ByteBuffer[]::new);
    }

    @Override
    public void insert(float[][] base) {
        for (int row = 0; row < base.length; row++) {
            memory.upsert(row, HeapMemory.bytes(base[row]));
        }
        memory.drain();
    }

    @Override
    public int[] efforts() {
        return new int[] {1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45, 64, 90, 128, 180, 256, 360, 512};
    }

    @Override
    public int search(int query, int effort, int[] found) {
        planner.probes = effort;
        List<SearchAnswer.Hit> hits =
                memory.search(queries[query], found.length, RECALL_TARGET).hits();
        for (int i = 0; i < hits.size(); i++) {
            found[i] = Integer.parseInt(hits.get(i).item().id());
        }
        return hits.size();
    }

    @Override
    public void close() {
        memory = null;
    }
}
