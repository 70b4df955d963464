// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.data.HeapWarmStore;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One shard of the memory as the operator uses it: upserts and searches of whole items, one step of maintenance after
 * each upsert. Everything stays hot. The effort is a fixed number of pages to probe.
 */
final class DormouseEngine implements IndexEngine {
    private static final long HOT_BYTES = 4L << 30;
    private static final ShardKey KEY = new ShardKey("index", 0);

    /** A target below 1, so that the planner is asked; it knows the number of pages itself. */
    private static final float RECALL_TARGET = 0.95f;

    private final Code code;
    private final FixedPages planner = new FixedPages();
    private final PagedMemory memory;

    /** Probes as many pages as the benchmark says. */
    private static final class FixedPages implements ProbePlanner {
        int pages = 1;

        @Override
        public int pagesToProbe(int pages, float recallTarget) {
            return Math.min(pages, this.pages);
        }
    }

    DormouseEngine(Code code) {
        this.code = code;
        Kernels.warmUp();
        memory = new PagedMemory(
                MemoryLimits.ofHotBytes(HOT_BYTES),
                new HeapWarmStore(),
                Kernels.best(),
                planner,
                System::currentTimeMillis);
    }

    @Override
    public String implementation() {
        return Kernels.selection() + "; " + memory.wake(KEY).pages() + " pages";
    }

    @Override
    public void insert(VectorSet set, Distance distance) {
        Metric metric = distance == Distance.L2 ? Metric.L2 : Metric.COSINE;
        ShardMemory shard = memory.create(KEY, NamespaceSettings.of(set.dimension(), metric, code, 1, RECALL_TARGET));
        for (int row = 0; row < set.base().length; row++) {
            ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, row);
            shard.upsert(
                    new Item(Integer.toString(row), version, 0, 0, Float.NaN, false, null, null),
                    littleEndian(set.base()[row]));
            memory.settle(shard);
            memory.runStep();
        }
        while (memory.runStep()) {
            // each call takes one step off the queue
        }
    }

    @Override
    public int[] efforts() {
        return new int[] {1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45, 64, 90, 128, 180, 256, 360, 512};
    }

    @Override
    public int search(float[] query, int effort, int[] found) {
        planner.pages = effort;
        ShardMemory shard = memory.wake(KEY);
        SearchRequest request = new SearchRequest(littleEndian(query), found.length, RECALL_TARGET, false);
        List<SearchAnswer.Hit> hits = shard.search(request).hits();
        memory.settle(shard);
        for (int i = 0; i < hits.size(); i++) {
            found[i] = Integer.parseInt(hits.get(i).item().id());
        }
        return hits.size();
    }

    @Override
    public void close() {
        memory.erase(KEY);
    }

    private static ByteBuffer littleEndian(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes;
    }
}
