// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import io.dormouse.state.shard.ShardKey;

/** A warm store before another, to which it leaves all that it does not do itself. */
public abstract class ForwardingStore implements WarmStore {
    protected final WarmStore store;

    protected ForwardingStore(WarmStore store) {
        this.store = store;
    }

    @Override
    public byte[] block(long key) {
        return store.block(key);
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
