// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.AccessLevels.Level;

/** A warm store whose reads of pages and items are timed. */
public final class MeasuredStore implements WarmStore {
    private static final long SCAN = BlockKind.SCAN.id();
    private static final long RAW = BlockKind.RAW.id();
    private static final long ITEM = BlockKind.ITEM.id();

    private final WarmStore store;
    private final AccessLevels levels;

    public MeasuredStore(WarmStore store, AccessLevels levels) {
        this.store = store;
        this.levels = levels;
    }

    @Override
    public byte[] block(long key) {
        if (!isPageOrItem(key)) {
            return store.block(key);
        }
        long start = System.nanoTime();
        byte[] block = store.block(key);
        levels.read(Level.WARM, System.nanoTime() - start);
        return block;
    }

    /** Deltas come with their page. */
    private static boolean isPageOrItem(long key) {
        long kind = BlockKey.kind(key);
        return BlockKey.sequence(key) == 0 && (kind == SCAN || kind == RAW || kind == ITEM);
    }

    @Override
    public void select(ShardKey shard) {
        store.select(shard);
    }

    @Override
    public void putBlock(long key, byte[] block) {
        store.putBlock(key, block);
    }

    @Override
    public void removeBlock(long key) {
        store.removeBlock(key);
    }

    @Override
    public byte[] indexEntry(String id) {
        return store.indexEntry(id);
    }

    @Override
    public void putIndexEntry(String id, byte[] entry) {
        store.putIndexEntry(id, entry);
    }

    @Override
    public void removeIndexEntry(String id) {
        store.removeIndexEntry(id);
    }

    @Override
    public Iterable<String> indexedIds() {
        return store.indexedIds();
    }

    @Override
    public byte[] tombstone(String id) {
        return store.tombstone(id);
    }

    @Override
    public void putTombstone(String id, byte[] tombstone) {
        store.putTombstone(id, tombstone);
    }

    @Override
    public void removeTombstone(String id) {
        store.removeTombstone(id);
    }

    @Override
    public void clear() {
        store.clear();
    }
}
