// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import com.carrotsearch.hppc.LongObjectHashMap;
import com.carrotsearch.hppc.cursors.ObjectCursor;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.WarmStore;
import java.util.HashMap;
import java.util.Map;

/** A warm store in maps: benchmarks of the index alone leave RocksDB out. Blocks are handed out as they were handed in. */
public final class HeapWarmStore implements WarmStore {
    private final Map<ShardKey, Shard> shards = new HashMap<>();
    private Shard selected;
    private long bytesPut;
    private long reads;

    private static final class Shard {
        final LongObjectHashMap<byte[]> blocks = new LongObjectHashMap<>();
        final Map<String, byte[]> index = new HashMap<>();
        final Map<String, byte[]> tombstones = new HashMap<>();
    }

    /** Bytes handed to the store so far. */
    public long bytesPut() {
        return bytesPut;
    }

    /** Blocks asked for so far. */
    public long reads() {
        return reads;
    }

    /** Bytes of all blocks and index entries of the selected shard. */
    public long bytesStored() {
        long bytes = 0;
        for (ObjectCursor<byte[]> block : selected.blocks.values()) {
            bytes += block.value.length;
        }
        for (byte[] entry : selected.index.values()) {
            bytes += entry.length;
        }
        return bytes;
    }

    @Override
    public void select(ShardKey shard) {
        selected = shards.computeIfAbsent(shard, absent -> new Shard());
    }

    @Override
    public byte[] block(long key) {
        reads++;
        byte[] block = selected.blocks.get(key);
        return block == null ? null : block.clone();
    }

    @Override
    public void putBlock(long key, byte[] block) {
        bytesPut += block.length;
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
        bytesPut += entry.length;
        selected.index.put(id, entry);
    }

    @Override
    public void removeIndexEntry(String id) {
        selected.index.remove(id);
    }

    @Override
    public Iterable<String> indexedIds() {
        return selected.index.keySet();
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
