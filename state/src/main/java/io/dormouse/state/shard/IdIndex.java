// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.WarmStore;

/**
 * Where the current row of each id of a shard is, and what is remembered of deleted ids.
 *
 * <p>Every item knows its id, so an entry whose stored bytes are damaged is found again by reading the live items, the
 * newest first: slow, but damage is rare, and without it an old row would live on beside its replacement. A tombstone has
 * no second source: a damaged one counts as none, so that a late older write may bring its item back.
 */
final class IdIndex {
    private final WarmStore store;
    private final ShardHead head;
    private final LiveRows live;
    private final ShardItems items;

    IdIndex(WarmStore store, ShardHead head, LiveRows live, ShardItems items) {
        this.store = store;
        this.head = head;
        this.live = live;
        this.items = items;
    }

    /** The entry of an id, or null. */
    IndexEntry entry(String id) {
        byte[] stored = store.indexEntry(id);
        if (stored == null) {
            return null;
        }
        IndexEntry entry = IndexEntry.readOrNull(stored);
        return entry == null ? recovered(id) : entry;
    }

    void put(String id, IndexEntry entry) {
        store.putIndexEntry(id, entry.write());
    }

    void remove(String id) {
        store.removeIndexEntry(id);
    }

    /** Ids that have an entry. */
    Iterable<String> ids() {
        return store.indexedIds();
    }

    /** What is remembered of a deleted id, or null. */
    IndexEntry tombstone(String id) {
        return IndexEntry.readOrNull(store.tombstone(id));
    }

    void bury(String id, ItemVersion version) {
        store.putTombstone(id, IndexEntry.tombstone(version).write());
    }

    void unbury(String id) {
        store.removeTombstone(id);
    }

    private IndexEntry recovered(String id) {
        for (long row = head.nextRow - 1; row >= 0; row--) {
            Item item = live.accepts(row) ? items.stored(row) : null;
            if (item != null && item.id().equals(id)) {
                IndexEntry entry = new IndexEntry(row, item.version(), item.valueBytes(head.settings.dimension()));
                put(id, entry);
                return entry;
            }
        }
        remove(id);
        return null;
    }
}
