// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.KeyGroups;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * What is in the warm tier, per key group, so that it moves along when the job is rescaled. State from before this was
 * counted begins at zero: its pages count from when they come back from object storage or are written anew.
 */
public final class WarmUses {
    private static final long KEY = BlockKey.of(BlockKind.WARM, 0);
    private static final int BODY_BYTES = 3 * Long.BYTES;

    private final WarmStore store;
    private final KeyGroups keyGroups;
    private final Map<Integer, WarmUse> groups = new HashMap<>();
    private volatile long bytes;

    /** What the store holds of its key groups. */
    public WarmUses(WarmStore store, KeyGroups keyGroups) {
        this.store = store;
        this.keyGroups = keyGroups;
        for (int group : keyGroups.owned()) {
            groups.put(group, read(group));
        }
        sum();
    }

    private WarmUse read(int group) {
        WarmUse use = new WarmUse();
        store.select(keyGroups.keyOf(group));
        byte[] stored = store.block(KEY);
        if (stored == null) {
            return use;
        }
        try {
            ByteBuffer body = Frame.open(BlockKind.WARM, stored);
            use.pageBytes = body.getLong();
            use.items = body.getLong();
            use.itemBytes = body.getLong();
        } catch (CorruptBlockException e) {
            return new WarmUse(); // a figure for a threshold: counting goes on from zero
        }
        return use;
    }

    /** The use of a shard's key group. */
    public WarmUse of(ShardKey shard) {
        return groups.computeIfAbsent(keyGroups.groupOf(shard), absent -> new WarmUse());
    }

    /** Adds up what there is. */
    void sum() {
        bytes = groups.values().stream().mapToLong(WarmUse::bytes).sum();
    }

    /** Bytes of all groups when they were last added up; any thread may ask. */
    public long bytes() {
        return bytes;
    }

    /** Stores what changed. */
    public void flush() {
        groups.forEach((group, use) -> {
            if (use.changed) {
                ByteBuffer body = Frame.body(BODY_BYTES);
                body.putLong(use.pageBytes).putLong(use.items).putLong(use.itemBytes);
                store.select(keyGroups.keyOf(group));
                store.putBlock(KEY, Frame.seal(BlockKind.WARM, body));
                use.changed = false;
            }
        });
    }
}
