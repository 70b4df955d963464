// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

import java.util.function.Predicate;

/**
 * The hot tier: blocks of all awake shards of one operator, bounded in bytes, written back late.
 *
 * <p>Eviction is CLOCK (second chance, Corbato 1968): a hand walks the ring, spares what was used since its last round
 * and takes the rest. A block that changed waits in a queue in the order in which it first changed; the writer empties
 * that queue from the front whenever it holds more than {@code dirtyBytesMax}, so that a checkpoint never finds more to
 * write than that.
 *
 * <p>Blocks are only evicted by {@link #trim()}, which callers run between operations: within one operation every block
 * that was looked up stays in the cache, so changing it is safe. An operation touches a bounded number of blocks, which
 * bounds how far the cache may exceed its limit meanwhile.
 */
public final class HotPageCache {
    private final long bytesMax;
    private final long dirtyBytesMax;

    private CachedBlock hand;
    private CachedBlock firstDirty;
    private CachedBlock lastDirty;
    private long bytes;
    private long reservedBytes;
    private long dirtyBytes;
    private long blocks;
    private long evictions;

    /**
     * @param bytesMax heap for blocks and for what shards reserve beside them
     * @param dirtyBytesMax changed bytes not yet stored, at most, between operations
     */
    public HotPageCache(long bytesMax, long dirtyBytesMax) {
        if (bytesMax <= 0 || dirtyBytesMax <= 0) {
            throw new IllegalArgumentException("hot bytes " + bytesMax + " and dirty bytes " + dirtyBytesMax
                    + " must both be above zero: raise memory.hot-bytes-max or memory.dirty-bytes-max");
        }
        this.bytesMax = bytesMax;
        this.dirtyBytesMax = dirtyBytesMax;
    }

    /** Adds a block that is not in the cache. */
    public void add(CachedBlock block, int blockBytes) {
        block.bytes = blockBytes;
        block.referenced = false;
        bytes += blockBytes;
        blocks++;
        if (hand == null) {
            block.previous = block;
            block.next = block;
            hand = block;
        } else {
            block.next = hand;
            block.previous = hand.previous;
            hand.previous.next = block;
            hand.previous = block;
        }
    }

    /** Notes a use. */
    public void touch(CachedBlock block) {
        block.referenced = true;
    }

    /**
     * Notes that a block changed.
     *
     * @param changedBytes how many bytes must be stored for it, at least 1
     * @param blockBytes its size now
     */
    public void markDirty(CachedBlock block, int changedBytes, int blockBytes) {
        if (changedBytes < 1) {
            throw new IllegalArgumentException("block " + block.key() + " changed by " + changedBytes
                    + " bytes; expected at least 1: it would not be seen as dirty");
        }
        bytes += blockBytes - block.bytes;
        block.bytes = blockBytes;
        if (!block.isDirty()) {
            appendDirty(block);
        }
        block.dirtyBytes += changedBytes;
        dirtyBytes += changedBytes;
    }

    /** Stores the block that has been dirty longest; false when none is. */
    public boolean writeBackOldest() {
        if (firstDirty == null) {
            return false;
        }
        writeBack(firstDirty);
        return true;
    }

    /** Stores every changed block. */
    public void writeBackAll() {
        while (writeBackOldest()) {
            // each call takes one block off the queue
        }
    }

    /** Whether more bytes are dirty than may be. */
    public boolean overDirtyLimit() {
        return dirtyBytes > dirtyBytesMax;
    }

    /** Stores the block if it changed. */
    public void writeBack(CachedBlock block) {
        if (block.isDirty()) {
            block.owner().writeBack(block);
            clean(block);
        }
    }

    /** Evicts until the limit holds; what changed is stored first. */
    public void trim() {
        while (bytes + reservedBytes > bytesMax && hand != null) {
            CachedBlock block = hand;
            hand = block.next;
            if (block.referenced) {
                block.referenced = false;
                continue;
            }
            writeBack(block);
            drop(block);
            evictions++;
            block.owner().evicted(block);
        }
    }

    /** Removes a block without storing it: it was deleted, or its shard goes to sleep or was erased. */
    public void remove(CachedBlock block) {
        clean(block);
        drop(block);
    }

    /** Changes what shards hold beside blocks (directories, bitmaps); it counts against the same limit. */
    public void reserve(long deltaBytes) {
        reservedBytes += deltaBytes;
    }

    /** Whether what shards hold beside blocks takes more than half of the limit. */
    public boolean overReserveLimit() {
        return reservedBytes > bytesMax / 2;
    }

    private void drop(CachedBlock block) {
        bytes -= block.bytes;
        blocks--;
        if (block.next == block) {
            hand = null;
        } else {
            block.previous.next = block.next;
            block.next.previous = block.previous;
            if (hand == block) {
                hand = block.next;
            }
        }
        block.previous = null;
        block.next = null;
    }

    private void appendDirty(CachedBlock block) {
        block.previousDirty = lastDirty;
        if (lastDirty == null) {
            firstDirty = block;
        } else {
            lastDirty.nextDirty = block;
        }
        lastDirty = block;
    }

    private void clean(CachedBlock block) {
        if (!block.isDirty()) {
            return;
        }
        dirtyBytes -= block.dirtyBytes;
        block.dirtyBytes = 0;
        if (block.previousDirty == null) {
            firstDirty = block.nextDirty;
        } else {
            block.previousDirty.nextDirty = block.nextDirty;
        }
        if (block.nextDirty == null) {
            lastDirty = block.previousDirty;
        } else {
            block.nextDirty.previousDirty = block.previousDirty;
        }
        block.previousDirty = null;
        block.nextDirty = null;
    }

    /** Heap held, in bytes: blocks and reservations. */
    public long bytes() {
        return bytes + reservedBytes;
    }

    /** The limit, in bytes. */
    public long bytesMax() {
        return bytesMax;
    }

    public long dirtyBytes() {
        return dirtyBytes;
    }

    public long blocks() {
        return blocks;
    }

    public long evictions() {
        return evictions;
    }

    /** Whether a block that satisfies the predicate is cached; walks the ring, for tests. */
    boolean contains(Predicate<CachedBlock> predicate) {
        CachedBlock block = hand;
        for (long i = 0; i < blocks; i++, block = block.next) {
            if (predicate.test(block)) {
                return true;
            }
        }
        return false;
    }
}
