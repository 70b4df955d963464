// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.WarmStore;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.FlinkRuntimeException;

/** The warm tier: keyed state of the operator, in RocksDB, keyed by shard. */
public final class FlinkWarmStore implements WarmStore {
    private final Consumer<ShardKey> selector;
    private final MapState<Long, byte[]> blocks;
    private final MapState<String, byte[]> index;
    private final MapState<String, byte[]> tombstones;

    /**
     * @param states the operator's keyed states
     * @param selector sets the current key
     * @param tombstoneRetention how long a deletion with a version is remembered
     */
    public FlinkWarmStore(KeyedStateStore states, Consumer<ShardKey> selector, Duration tombstoneRetention) {
        this.selector = Objects.requireNonNull(selector, "selector");
        this.blocks = states.getMapState(blocks());
        this.index = states.getMapState(index());
        this.tombstones = states.getMapState(tombstones(tombstoneRetention));
    }

    /** Numbered blocks by BlockKey. */
    public static MapStateDescriptor<Long, byte[]> blocks() {
        return new MapStateDescriptor<>("blocks", Types.LONG, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    }

    /** Index entries by item id. */
    public static MapStateDescriptor<String, byte[]> index() {
        return new MapStateDescriptor<>("index", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    }

    /** Remembered deletions by item id; Flink forgets them after the retention. */
    public static MapStateDescriptor<String, byte[]> tombstones(Duration retention) {
        MapStateDescriptor<String, byte[]> descriptor = new MapStateDescriptor<>(
                "tombstones", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(retention)
                .cleanupInRocksdbCompactFilter(10_000)
                .build());
        return descriptor;
    }

    @Override
    public void select(ShardKey shard) {
        selector.accept(shard);
    }

    @Override
    public byte[] block(long key) {
        return call(() -> blocks.get(key));
    }

    @Override
    public void putBlock(long key, byte[] block) {
        run(() -> blocks.put(key, block));
    }

    @Override
    public void removeBlock(long key) {
        run(() -> blocks.remove(key));
    }

    @Override
    public byte[] indexEntry(String id) {
        return call(() -> index.get(id));
    }

    @Override
    public void putIndexEntry(String id, byte[] entry) {
        run(() -> index.put(id, entry));
    }

    @Override
    public void removeIndexEntry(String id) {
        run(() -> index.remove(id));
    }

    @Override
    public Iterable<String> indexedIds() {
        return call(index::keys);
    }

    @Override
    public byte[] tombstone(String id) {
        return call(() -> tombstones.get(id));
    }

    @Override
    public void putTombstone(String id, byte[] tombstone) {
        run(() -> tombstones.put(id, tombstone));
    }

    @Override
    public void removeTombstone(String id) {
        run(() -> tombstones.remove(id));
    }

    @Override
    public void clear() {
        blocks.clear();
        index.clear();
        tombstones.clear();
    }

    private interface Read<T> {
        T get() throws Exception;
    }

    private interface Write {
        void run() throws Exception;
    }

    private static <T> T call(Read<T> read) {
        try {
            return read.get();
        } catch (Exception e) {
            throw new FlinkRuntimeException("cannot read keyed state: the task fails and restores its checkpoint", e);
        }
    }

    private static void run(Write write) {
        try {
            write.run();
        } catch (Exception e) {
            throw new FlinkRuntimeException("cannot write keyed state: the task fails and restores its checkpoint", e);
        }
    }
}
