// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import io.dormouse.state.store.AccessLevels.Level;

/** A warm store whose reads of pages and items are timed. */
public final class MeasuredStore extends ForwardingStore {
    private static final long SCAN = BlockKind.SCAN.id();
    private static final long RAW = BlockKind.RAW.id();
    private static final long ITEM = BlockKind.ITEM.id();

    private final AccessLevels levels;

    public MeasuredStore(WarmStore store, AccessLevels levels) {
        super(store);
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
}
