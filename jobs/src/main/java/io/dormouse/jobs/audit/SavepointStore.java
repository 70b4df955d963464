// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.audit;

import io.dormouse.operators.memory.FlinkWarmStore;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.WarmStore;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;

/** The memory's keyed state in a savepoint, to be read only; the reader selects the shard by the key it stands at. */
public final class SavepointStore implements WarmStore {
    private final MapState<Long, byte[]> blocks;
    private final MapState<String, byte[]> index;

    public SavepointStore(RuntimeContext states) {
        this.blocks = states.getMapState(FlinkWarmStore.blocks());
        this.index = states.getMapState(FlinkWarmStore.index());
    }

    @Override
    public void select(ShardKey shard) {
        // The State Processor API has set the key; an audit works on one shard at a time.
    }

    @Override
    public byte[] block(long key) {
        return read(() -> blocks.get(key));
    }

    @Override
    public byte[] indexEntry(String id) {
        return read(() -> index.get(id));
    }

    @Override
    public Iterable<String> indexedIds() {
        return read(index::keys);
    }

    @Override
    public byte[] tombstone(String id) {
        throw readOnly();
    }

    @Override
    public void putBlock(long key, byte[] block) {
        throw readOnly();
    }

    @Override
    public void removeBlock(long key) {
        throw readOnly();
    }

    @Override
    public void putIndexEntry(String id, byte[] entry) {
        throw readOnly();
    }

    @Override
    public void removeIndexEntry(String id) {
        throw readOnly();
    }

    @Override
    public void putTombstone(String id, byte[] tombstone) {
        throw readOnly();
    }

    @Override
    public void removeTombstone(String id) {
        throw readOnly();
    }

    @Override
    public void clear() {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("a savepoint's items are only read: nothing here looks up or writes");
    }

    private static <T> T read(Callable<T> read) {
        try {
            return read.call();
        } catch (Exception e) {
            throw new FlinkRuntimeException("cannot read the savepoint's keyed state: is the file damaged?", e);
        }
    }
}
