// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import io.dormouse.state.PagedMemory;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.Kernels;
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

/**
 * One shard of the memory without Flink around it, all in heap, used as the operator uses it: settled after every record,
 * with one waiting step taken between two writes. Ids are numbers.
 */
public final class HeapMemory {
    private static final ShardKey KEY = new ShardKey("bench", 0);
    private static final long HOT_BYTES_MAX = 8L << 30;
    private static final long DIRTY_BYTES_MAX = 64 << 20;
    private static final int RAW_PAGE_BYTES = 16_384;

    private final HeapWarmStore store = new HeapWarmStore();
    private final MemoryLimits limits;
    private final ProbePlanner planner;
    private final PagedMemory memory;
    private final ShardMemory shard;
    private long offset;

    public HeapMemory(NamespaceSettings settings, int scanPageBytes, ProbePlanner planner) {
        Kernels.warmUp();
        this.planner = planner;
        limits = new MemoryLimits(HOT_BYTES_MAX, DIRTY_BYTES_MAX, scanPageBytes, RAW_PAGE_BYTES);
        memory = new PagedMemory(limits, store, Kernels.best(), planner, System::currentTimeMillis);
        shard = memory.create(KEY, settings);
    }

    /** The vector as a search or an upsert takes it. */
    public static ByteBuffer bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes;
    }

    /** Adds or replaces an item. */
    public void upsert(int id, ByteBuffer vector) {
        Item item = new Item(Integer.toString(id), version(), 0, 0, Float.NaN, false, null, null);
        shard.upsert(item, vector);
        settle();
    }

    /** Removes an item. */
    public void delete(int id) {
        shard.delete(Integer.toString(id), version());
        settle();
    }

    private ItemVersion version() {
        return new ItemVersion(ItemVersion.NONE, 0, offset++);
    }

    private void settle() {
        memory.settle(shard);
        memory.runStep();
    }

    /** Finds the k nearest. */
    public SearchAnswer search(ByteBuffer query, int k, float recallTarget) {
        return shard.search(new SearchRequest(query, k, recallTarget, false));
    }

    /** Does all waiting work. */
    public void drain() {
        while (memory.runStep()) {
            // each call takes one step off the queue
        }
    }

    /** Stores everything that changed. */
    public void flush() {
        memory.flush();
    }

    /** Stores everything and wakes the shard in another memory over the same store: blocks that were read until it was awake. */
    public long blocksToWake() {
        flush();
        long before = store.reads();
        new PagedMemory(limits, store, Kernels.best(), planner, System::currentTimeMillis).wake(KEY);
        return store.reads() - before;
    }

    /** What lies below. */
    public HeapWarmStore store() {
        return store;
    }

    /** The shard itself. */
    public ShardMemory shard() {
        return shard;
    }
}
