// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

import io.dormouse.state.cache.policy.EvictionPolicy;
import io.dormouse.state.store.AccessLevels;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The hot tier: blocks of all awake shards of one operator, bounded in bytes, written back late.
 *
 * <p>Which block is evicted says {@link EvictionPolicy}. It is told of a block's first use in each operation, so uses
 * within one count once, and of none while a quarter of the heap is free: then a use costs nothing. A block that changed waits in a queue in the order in which it first changed; the writer empties
 * that queue from the front whenever it holds more than {@code dirtyBytesMax} or {@value #DIRTY_BLOCKS_MAX} blocks, so that a checkpoint never finds more to
 * write than that.
 *
 * <p>Blocks are only evicted by {@link #trim()}, which callers run between operations: within one operation every block
 * that was looked up stays in the cache, so changing it is safe. An operation touches a bounded number of blocks, which
 * bounds how far the cache may exceed its limit meanwhile. A pinned block stays until it is unpinned or removed, even if
 * pinned blocks alone exceed the limit.
 */
public final class HotPageCache {
    /** Heap that eviction needs for each block, bytes: about three nodes, its own and those of blocks remembered. */
    static final int POLICY_BYTES = 256;

    /**
     * Blocks that may wait to be stored: a checkpoint stores them one by one, and each costs 6 us of processor time however few of its
     * bytes changed.
     */
    static final int DIRTY_BLOCKS_MAX = 128;

    private static final long FINGERPRINT_FACTOR = 0xD6E8FEB86659FD93L;

    private volatile long bytesMax;
    private final long dirtyBytesMax;
    private final int policyBytes;

    /** Heap held from which on uses are told to the policy. */
    private long toldFrom;

    private final EvictionPolicy policy;

    private final AccessLevels levels = new AccessLevels();

    /** The block of each node of the policy, or null. */
    private CachedBlock[] residents = new CachedBlock[0];

    private CachedBlock firstDirty;
    private CachedBlock lastDirty;
    private long bytes;
    private long pinnedBytes;
    private long reservedBytes;
    private long transitBytes;
    private long dirtyBytes;
    private int dirtyBlocks;
    private long blocks;
    private long evictions;
    private long capacity;

    /** Operations so far: each ends with {@link #trim()}. */
    private long operation = 1;

    /**
     * @param bytesMax heap for blocks and for what shards reserve beside them
     * @param dirtyBytesMax changed bytes not yet stored, at most, between operations
     */
    public HotPageCache(long bytesMax, long dirtyBytesMax) {
        this(bytesMax, dirtyBytesMax, POLICY_BYTES);
    }

    /** @param policyBytes what each block counts beside its own size */
    HotPageCache(long bytesMax, long dirtyBytesMax, int policyBytes) {
        if (bytesMax <= 0 || dirtyBytesMax <= 0) {
            throw new IllegalArgumentException("hot bytes " + bytesMax + " and dirty bytes " + dirtyBytesMax
                    + " must both be above zero: raise memory.hot-bytes-max or memory.dirty-bytes-max");
        }
        this.bytesMax = bytesMax;
        this.dirtyBytesMax = dirtyBytesMax;
        this.policyBytes = policyBytes;
        this.toldFrom = toldFrom(bytesMax);
        this.capacity = bytesMax;
        this.policy = new EvictionPolicy(bytesMax);
    }

    private static long toldFrom(long limit) {
        return limit - limit / 4;
    }

    /** Changes the limit; what is too much leaves with the next {@link #trim}. */
    public void setBytesMax(long limit) {
        bytesMax = limit;
        toldFrom = toldFrom(limit);
    }

    /** Adds an ordinary block that is not in the cache. */
    public void add(CachedBlock block, int blockBytes) {
        add(block, blockBytes, BlockValue.ORDINARY);
    }

    /** Adds a block that is not in the cache, and says what it is worth. */
    public void add(CachedBlock block, int blockBytes, BlockValue value) {
        block.bytes = blockBytes + policyBytes;
        block.usedIn = operation;
        bytes += block.bytes;
        blocks++;
        block.node = policy.admit(fingerprint(block), block.bytes, value.weight());
        if (block.node >= residents.length) {
            residents = Arrays.copyOf(residents, policy.room());
        }
        residents[block.node] = block;
    }

    private static long fingerprint(CachedBlock block) {
        return block.key() * FINGERPRINT_FACTOR + block.owner().fingerprint();
    }

    /** Notes a use. */
    public void touch(CachedBlock block) {
        if (block.usedIn != operation && bytes + reservedBytes >= toldFrom) {
            block.usedIn = operation;
            policy.touch(block.node);
        }
    }

    /** Says anew what a block is worth. */
    public void setValue(CachedBlock block, BlockValue value) {
        policy.setWeight(block.node, value.weight());
    }

    /** Keeps the block in the cache from now on, unless pinned blocks would take more than a quarter of the limit. */
    public void pin(CachedBlock block) {
        if (pinnedBytes + block.bytes <= bytesMax / 4) {
            setPinned(block, true);
        }
    }

    /** Keeps the block in the cache whatever comes, or no longer. */
    public void setPinned(CachedBlock block, boolean pinned) {
        if (block.pinned != pinned) {
            block.pinned = pinned;
            pinnedBytes += pinned ? block.bytes : -block.bytes;
            fitPolicy();
            policy.setPinned(block.node, pinned);
        }
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
        resize(block, blockBytes + policyBytes);
        if (!block.isDirty()) {
            appendDirty(block);
            dirtyBlocks++;
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

    /** Whether more is dirty than may be. */
    public boolean overDirtyLimit() {
        return overDirtyLimit(1);
    }

    /** Whether more than so many times as much is dirty as may be. */
    public boolean overDirtyLimit(int times) {
        return dirtyBytes > times * dirtyBytesMax || dirtyBlocks > times * DIRTY_BLOCKS_MAX;
    }

    /** Stores the block if it changed. */
    public void writeBack(CachedBlock block) {
        if (block.isDirty()) {
            block.owner().writeBack(block);
            clean(block);
        }
    }

    /** Ends an operation: evicts until the limit holds; what changed is stored first. */
    public void trim() {
        operation++;
        fitPolicy();
        while (bytes + reservedBytes > bytesMax) {
            int victim = policy.victim();
            if (victim == EvictionPolicy.NONE) {
                return;
            }
            CachedBlock block = residents[victim];
            writeBack(block);
            drop(block);
            policy.evicted(victim);
            evictions++;
            block.owner().evicted(block);
        }
    }

    /** What neither shards reserve nor pinned blocks take is the policy's. */
    private void fitPolicy() {
        long left = Math.max(0, bytesMax - reservedBytes - pinnedBytes);
        if (left != capacity) {
            capacity = left;
            policy.setCapacity(left);
        }
    }

    /** Removes a block without storing it: it was deleted, or its shard goes to sleep or was erased. */
    public void remove(CachedBlock block) {
        clean(block);
        drop(block);
        policy.remove(block.node);
    }

    /** Changes what shards hold beside blocks (directories, bitmaps); it counts against the same limit. */
    public void reserve(long deltaBytes) {
        reservedBytes += deltaBytes;
    }

    /** Changes what is on its way between tiers; it counts against the same limit, and no shard can give it back. */
    public void reserveTransit(long deltaBytes) {
        reservedBytes += deltaBytes;
        transitBytes += deltaBytes;
    }

    /** Whether what shards hold beside blocks takes more than half of the limit. */
    public boolean overReserveLimit() {
        return reservedBytes - transitBytes > bytesMax / 2;
    }

    private void resize(CachedBlock block, int blockBytes) {
        int delta = blockBytes - block.bytes;
        if (delta != 0) {
            bytes += delta;
            pinnedBytes += block.pinned ? delta : 0;
            block.bytes = blockBytes;
            policy.resize(block.node, blockBytes);
        }
    }

    private void drop(CachedBlock block) {
        bytes -= block.bytes;
        pinnedBytes -= block.pinned ? block.bytes : 0;
        blocks--;
        block.pinned = false;
        residents[block.node] = null;
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
        dirtyBlocks--;
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

    /** Where blocks were found: here, or at which level below. */
    public AccessLevels levels() {
        return levels;
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

    /** Which policy leads: 0 LRU, 1 S3-FIFO corrected by value, 2 LIRS. */
    public int leadingPolicy() {
        return policy.leading();
    }

    /** Whether a block that satisfies the predicate is cached; looks at all, for tests. */
    boolean contains(Predicate<CachedBlock> predicate) {
        return Arrays.stream(residents).anyMatch(block -> block != null && predicate.test(block));
    }
}
