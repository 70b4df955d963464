// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

/** The shard a cached block belongs to; the cache asks it to store what changed and tells it what left the heap. */
public interface BlockOwner {
    /**
     * A number that tells this owner's blocks from those of others: together with a block's key it is what eviction
     * remembers a block by after it has left. An owner that is made anew for the same blocks should give the same number.
     */
    default int fingerprint() {
        return System.identityHashCode(this);
    }

    /** Stores what changed in the block since it was last stored. */
    void writeBack(CachedBlock block);

    /** The block is leaving the heap; it is clean. */
    void evicted(CachedBlock block);
}
