// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import io.dormouse.state.PagedMemory;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.RecallSampling;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One shard of the memory without Flink around it, all in heap, used as the operator uses it: settled after every record,
 * with one waiting step taken between two writes. Ids are numbers.
 */
public final class HeapMemory {
    private static final ShardKey KEY = new ShardKey("bench", 0);
    private static final long HOT_BYTES_MAX = 8L << 30;
    private static final long DIRTY_BYTES_MAX = 64 << 20;
    private static final int RAW_PAGE_BYTES = 16_384;

    /** A sampler lets fewer queries pass than this. */
    private static final int SAMPLE_TRIES = 10;

    private static final long CALIBRATION = BlockKey.of(BlockKind.PROBES, 0);

    private final HeapWarmStore store;
    private final MemoryLimits limits;
    private final ProbePlanner planner;
    private final PagedMemory memory;
    private final ShardMemory shard;
    private long offset;

    public HeapMemory(NamespaceSettings settings, int scanPageBytes, ProbePlanner planner) {
        this(settings, scanPageBytes, planner, RecallSampling.OFF, System::currentTimeMillis);
    }

    /** A memory that samples recall; what that may cost is measured by the clock. */
    public HeapMemory(
            NamespaceSettings settings,
            int scanPageBytes,
            ProbePlanner planner,
            RecallSampling sampling,
            LongSupplier clockMillis) {
        Kernels.warmUp();
        this.planner = planner;
        store = new HeapWarmStore();
        MemoryLimits usual = new MemoryLimits(HOT_BYTES_MAX, DIRTY_BYTES_MAX, scanPageBytes, RAW_PAGE_BYTES);
        // What was learned must lie in a block of its own: a reader may go without it.
        limits = sampling.equals(RecallSampling.OFF) ? usual : usual.withHeadBytes(0);
        memory = new PagedMemory(limits, store, Kernels.best(), planner, sampling, clockMillis);
        shard = memory.create(KEY, settings);
    }

    private HeapMemory(HeapMemory of, ProbePlanner planner) {
        this.planner = planner;
        store = of.store;
        limits = of.limits;
        memory = new PagedMemory(limits, store, Kernels.best(), planner, System::currentTimeMillis);
        shard = memory.wake(KEY);
    }

    /**
     * Another memory over the same store that samples nothing; for queries only, and until this one changes.
     *
     * @param calibrated whether it knows what this one has learned about probing
     */
    public HeapMemory reader(ProbePlanner planner, boolean calibrated) {
        flush();
        store.select(KEY);
        byte[] calibration = store.block(CALIBRATION);
        if (calibrated || calibration == null) {
            return new HeapMemory(this, planner);
        }
        store.removeBlock(CALIBRATION);
        HeapMemory reader = new HeapMemory(this, planner);
        store.putBlock(CALIBRATION, calibration);
        return reader;
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
        return shard.search(new SearchRequest(query, k, recallTarget, false, true));
    }

    /** Answers queries together. */
    public List<SearchAnswer> search(List<SearchRequest> requests) {
        return memory.search(KEY, requests);
    }

    /** Asks a query until it has been run again exactly, and lets that end. */
    public void sample(ByteBuffer query, int k, float recallTarget) {
        long before = memory.recall().samples();
        for (int i = 0; i < SAMPLE_TRIES && memory.recall().samples() == before; i++) {
            search(query, k, recallTarget);
            drain();
        }
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
