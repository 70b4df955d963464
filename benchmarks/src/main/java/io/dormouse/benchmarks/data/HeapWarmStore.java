// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.WarmStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A warm store in heap, so that a benchmark of the index measures the index and no storage. */
public final class HeapWarmStore implements WarmStore {
    private final Map<ShardKey, Shard> shards = new HashMap<>();
    private Shard selected;

    private static final class Shard {
        final Map<Long, byte[]> blocks = new HashMap<>();
        final Map<String, byte[]> index = new HashMap<>();
        final Map<String, byte[]> tombstones = new HashMap<>();
    }

    @Override
    public void select(ShardKey shard) {
        selected = shards.computeIfAbsent(shard, absent -> new Shard());
    }

    /** A copy, as the reader may change what it gets. */
    @Override
    public byte[] block(long key) {
        byte[] block = selected.blocks.get(key);
        return block == null ? null : block.clone();
    }

    @Override
    public void putBlock(long key, byte[] block) {
        selected.blocks.put(key, block);
    }

    @Override
    public void removeBlock(long key) {
        selected.blocks.remove(key);
    }

    @Override
    public byte[] indexEntry(String id) {
        return selected.index.get(id);
    }

    @Override
    public void putIndexEntry(String id, byte[] entry) {
        selected.index.put(id, entry);
    }

    @Override
    public void removeIndexEntry(String id) {
        selected.index.remove(id);
    }

    @Override
    public Iterable<String> indexedIds() {
        return List.copyOf(selected.index.keySet());
    }

    @Override
    public byte[] tombstone(String id) {
        return selected.tombstones.get(id);
    }

    @Override
    public void putTombstone(String id, byte[] tombstone) {
        selected.tombstones.put(id, tombstone);
    }

    @Override
    public void removeTombstone(String id) {
        selected.tombstones.remove(id);
    }

    @Override
    public void clear() {
        selected.blocks.clear();
        selected.index.clear();
        selected.tombstones.clear();
    }

    /** Bytes of all blocks of the selected shard: its size at rest. */
    public long blockBytes() {
        return selected.blocks.values().stream()
                .mapToLong(block -> block.length)
                .sum();
    }
}
