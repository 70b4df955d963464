// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import io.dormouse.state.shard.ShardKey;

/**
 * Where shards lie below the heap: numbered blocks, an index from ids, and what is remembered of deleted ids. In the
 * job this is Flink keyed state in RocksDB, so the bytes are checkpointed, restored and rescaled with the shard. All
 * calls but {@link #select} speak of the selected shard. An array that is handed over belongs to the receiver.
 */
public interface WarmStore {
    /** Chooses the shard that the following calls speak of. */
    void select(ShardKey shard);

    /** The block under a {@link BlockKey}, or null. */
    byte[] block(long key);

    void putBlock(long key, byte[] block);

    void removeBlock(long key);

    /** Whether the block under a key lies in the head of its shard: it is then small, and stored whole whenever it changes. */
    default boolean isInHead(long key) {
        return false;
    }

    /** The index entry of an id, or null. */
    byte[] indexEntry(String id);

    void putIndexEntry(String id, byte[] entry);

    void removeIndexEntry(String id);

    /** Ids that have an index entry, in no particular order; for audits, not for the hot path. */
    Iterable<String> indexedIds();

    /** What is remembered of a deleted id, or null. Kept for the configured time, then forgotten. */
    byte[] tombstone(String id);

    void putTombstone(String id, byte[] tombstone);

    void removeTombstone(String id);

    /** Removes everything of the selected shard. */
    void clear();
}
