// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.MapWarmStore;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** One shard of small pages over a store in maps. */
final class TestShard {
    static final ShardKey KEY = new ShardKey("test", 0);

    final MapWarmStore store;
    final PagedMemory memory;
    final MemoryLimits limits;
    private final NamespaceSettings settings;
    private long offset;

    TestShard(NamespaceSettings settings) {
        this(settings, new MapWarmStore(), new MemoryLimits(1 << 24, 1 << 20, 1024, 1024));
    }

    TestShard(NamespaceSettings settings, MapWarmStore store, MemoryLimits limits) {
        this(settings, store, limits, new FixedShareProbes(), RecallSampling.OFF);
    }

    TestShard(
            NamespaceSettings settings,
            MapWarmStore store,
            MemoryLimits limits,
            ProbePlanner planner,
            RecallSampling sampling) {
        this.settings = settings;
        this.store = store;
        this.limits = limits;
        this.memory = new PagedMemory(limits, store, Kernels.best(), planner, sampling, () -> 42L);
    }

    static TestShard of(int dimension, Metric metric, Code code) {
        return new TestShard(NamespaceSettings.of(dimension, metric, code, 1, 0.9f));
    }

    /** With every block under its own key, none with the head. */
    static TestShard spread(int dimension, Metric metric, Code code) {
        return new TestShard(
                NamespaceSettings.of(dimension, metric, code, 1, 0.9f),
                new MapWarmStore(),
                new MemoryLimits(1 << 24, 1 << 20, 1024, 1024).withHeadBytes(0));
    }

    /** A memory that starts from what this one last flushed. */
    TestShard restored() {
        return restored(limits);
    }

    TestShard restored(MemoryLimits under) {
        TestShard restored = new TestShard(settings, store.copy(), under);
        restored.offset = offset;
        return restored;
    }

    /** As {@link #restored()}, with another planner and recall sampled. */
    TestShard restored(MemoryLimits under, ProbePlanner planner, RecallSampling sampling) {
        TestShard restored = new TestShard(settings, store.copy(), under, planner, sampling);
        restored.offset = offset;
        return restored;
    }

    /** Stores everything, and drops the heap. */
    TestShard reopened() {
        memory.flush();
        return restored();
    }

    ShardMemory awake() {
        ShardMemory shard = memory.wake(KEY);
        return shard == null ? memory.create(KEY, settings) : shard;
    }

    WriteOutcome upsert(String id, float... vector) {
        return upsertVersion(id, ItemVersion.NONE, vector);
    }

    WriteOutcome upsertVersion(String id, long version, float... vector) {
        ShardMemory shard = awake();
        WriteOutcome outcome = shard.upsert(item(id, new ItemVersion(version, 0, offset++)), bytes(vector));
        memory.settle(shard);
        return outcome;
    }

    WriteOutcome delete(String id) {
        return deleteVersion(id, ItemVersion.NONE);
    }

    WriteOutcome deleteVersion(String id, long version) {
        ShardMemory shard = awake();
        WriteOutcome outcome = shard.delete(id, new ItemVersion(version, 0, offset++));
        memory.settle(shard);
        return outcome;
    }

    SearchAnswer search(int k, float... query) {
        ShardMemory shard = awake();
        SearchAnswer answer = shard.search(new SearchRequest(bytes(query), k, 1f, false, true));
        memory.settle(shard);
        return answer;
    }

    /** Ids of the nearest, best first. */
    List<String> nearest(int k, float... query) {
        return search(k, query).hits().stream().map(hit -> hit.item().id()).toList();
    }

    void runAllSteps() {
        while (memory.runStep()) {
            // each call takes one step off the queue
        }
    }

    /** For pages of a shard that has none in object storage. */
    static ColdPages noCold(WarmStore store, HotPageCache cache) {
        return new ColdPages(KEY, null, store, cache, new LongObjectHashMap<>(), null, noLosses(), page -> {});
    }

    /** For parts of a shard that lose nothing. */
    static ShardLosses noLosses() {
        return new ShardLosses(new Losses(), null, KEY, null, null) {
            @Override
            boolean tell(Losses.Place place, String reason) {
                return false; // whoever reads in a test sees it for himself
            }
        };
    }

    static Item item(String id, ItemVersion version) {
        return new Item(id, version, 0, 0, Float.NaN, false, null, null);
    }

    static ByteBuffer bytes(float... vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes;
    }

    /** The same vector for the same number: loosely clustered, so that splits reassign rows; never zero. */
    static float[] vector(int number, int dimension) {
        Random random = new Random(number);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (number % 5 - 2) * 0.3f + (float) random.nextGaussian();
        }
        return vector;
    }
}
