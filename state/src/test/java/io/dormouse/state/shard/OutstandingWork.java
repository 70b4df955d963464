// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;

/** Reads the stored ledger of a shard as docs/formats.md describes it, to see what a checkpoint fell into. */
final class OutstandingWork {
    private static final int FRAME_BYTES = 16;

    private OutstandingWork() {}

    /** Stored raw pages as the ledger has them, or -1. */
    static long rawPages(TestShard shard) {
        shard.store.select(TestShard.KEY);
        byte[] stored = HeadBundle.read(shard.store, 0).block(BlockKey.of(BlockKind.UPKEEP, 0));
        return stored == null ? -1 : Frame.open(BlockKind.UPKEEP, stored).getLong();
    }

    /** What is under way, in words; empty when nothing is. */
    static Set<String> of(TestShard shard, int dimension) {
        shard.store.select(TestShard.KEY);
        byte[] stored = HeadBundle.read(shard.store, 0).block(BlockKey.of(BlockKind.UPKEEP, 0));
        Set<String> work = new TreeSet<>();
        if (stored == null) {
            return work;
        }
        ByteBuffer body = Frame.open(BlockKind.UPKEEP, stored).position(FRAME_BYTES + 32);
        byte active = body.get();
        int pageBytes = 4 + 4 * dimension;
        if (active == 1) {
            body.position(body.position() + pageBytes);
            boolean draining = body.get() == 1;
            work.add(draining ? "draining" : "dividing");
            body.position(body.position() + (draining ? 2 * pageBytes + 8 : 0));
        } else if (active == 2) {
            body.position(body.position() + pageBytes);
            work.add("merging");
        }
        if (body.get() == 1) {
            body.getLong();
            work.add("compacting");
        }
        if (body.getInt() > 0) {
            body.getInt();
            body.getInt();
            work.add(body.getInt() == 0 ? "about to reassign" : "reassigning");
        }
        return work;
    }
}
