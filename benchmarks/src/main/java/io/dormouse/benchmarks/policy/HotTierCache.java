// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import io.dormouse.state.cache.BlockOwner;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;

/** The hot tier itself around blocks of one page each; every request is an operation of its own. */
final class HotTierCache implements TraceCache, BlockOwner {
    private static final int PAGE_BYTES = 32 << 10;
    private static final int POLICY_BYTES = 256;

    private final HotPageCache cache;
    private final CachedBlock[] blocks;

    HotTierCache(int capacity, int keys) {
        cache = new HotPageCache((long) capacity * (PAGE_BYTES + POLICY_BYTES), 1);
        blocks = new CachedBlock[keys];
    }

    @Override
    public boolean access(int key) {
        CachedBlock block = blocks[key];
        boolean held = block != null;
        if (held) {
            cache.touch(block);
        } else {
            blocks[key] = new CachedBlock(this, key, this);
            cache.add(blocks[key], PAGE_BYTES);
        }
        cache.trim();
        return held;
    }

    @Override
    public void writeBack(CachedBlock block) {
        throw new IllegalStateException("block " + block.key() + " was never changed; expected no write-back");
    }

    @Override
    public void evicted(CachedBlock block) {
        blocks[(int) block.key()] = null;
    }
}
