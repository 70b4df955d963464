// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

import java.util.Objects;

/** One block in heap: a vector page or an item. Links of the queue of changed blocks are kept in the block itself. */
public final class CachedBlock {
    private final BlockOwner owner;
    private final long key;
    private final Object content;

    int bytes;
    int dirtyBytes;
    boolean pinned;

    /** Number of the block in the eviction policy. */
    int node;

    /** The operation that used the block last. */
    long usedIn;

    CachedBlock previousDirty;
    CachedBlock nextDirty;

    /** A block under a {@link io.dormouse.state.store.BlockKey}. */
    public CachedBlock(BlockOwner owner, long key, Object content) {
        this.owner = Objects.requireNonNull(owner, "owner");
        this.key = key;
        this.content = Objects.requireNonNull(content, "content");
    }

    public BlockOwner owner() {
        return owner;
    }

    public long key() {
        return key;
    }

    public Object content() {
        return content;
    }

    public boolean isDirty() {
        return dirtyBytes > 0;
    }
}
