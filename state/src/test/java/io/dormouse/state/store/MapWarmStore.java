// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import io.dormouse.state.shard.ShardKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A warm store in maps, for tests: what it holds is what a checkpoint would hold. */
public final class MapWarmStore implements WarmStore {
    private final Map<ShardKey, Shard> shards = new HashMap<>();
    private Shard selected;
    private long bytesPut;
    private long puts;
    private long reads;

    private static final class Shard {
        final Map<Long, byte[]> blocks = new HashMap<>();
        final Map<String, byte[]> index = new HashMap<>();
        final Map<String, byte[]> tombstones = new HashMap<>();
    }

    /** A copy that does not follow: the state of a checkpoint. */
    public MapWarmStore copy() {
        MapWarmStore copy = new MapWarmStore();
        shards.forEach((key, shard) -> {
            Shard to = new Shard();
            to.blocks.putAll(shard.blocks);
            to.index.putAll(shard.index);
            to.tombstones.putAll(shard.tombstones);
            copy.shards.put(key, to);
        });
        return copy;
    }

    /** Bytes handed to the store so far. */
    public long bytesPut() {
        return bytesPut;
    }

    /** Blocks handed to the store so far. */
    public long puts() {
        return puts;
    }

    /** Blocks asked for so far. */
    public long reads() {
        return reads;
    }

    /** Blocks, index entries and tombstones of the selected shard. */
    public int entries() {
        return selected.blocks.size() + selected.index.size() + selected.tombstones.size();
    }

    /** The blocks of the selected shard, to damage them. */
    public Map<Long, byte[]> blocks() {
        return selected.blocks;
    }

    @Override
    public void select(ShardKey shard) {
        selected = shards.computeIfAbsent(shard, k -> new Shard());
    }

    @Override
    public byte[] block(long key) {
        reads++;
        byte[] block = selected.blocks.get(key);
        return block == null ? null : block.clone();
    }

    @Override
    public void putBlock(long key, byte[] block) {
        puts++;
        bytesPut += block.length;
        selected.blocks.put(key, block.clone());
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
        bytesPut += entry.length;
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
}
