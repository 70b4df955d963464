// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;

/** The one small block that is read when a shard wakes: its settings and counters. */
final class ShardHead {
    private static final long KEY = BlockKey.of(BlockKind.HEAD, 0);

    NamespaceSettings settings;
    /** Rows of a raw page; fixed when the shard is made, so that a row number tells its page for ever. */
    final int rawRowsPerPage;
    /** Number the next row will get; row numbers are never used twice. */
    long nextRow;
    /** Number the next page will get. */
    int nextPage;
    /** Items alive. */
    long items;
    /** Items alive whose id belongs to another partition: they came before the command that made the partitions. */
    long strays;

    final AppliedOffsets applied;

    ShardHead(NamespaceSettings settings, int rawRowsPerPage) {
        this(settings, rawRowsPerPage, new AppliedOffsets());
    }

    private ShardHead(NamespaceSettings settings, int rawRowsPerPage, AppliedOffsets applied) {
        this.settings = settings;
        this.rawRowsPerPage = rawRowsPerPage;
        this.applied = applied;
    }

    /** Reads the head of the selected shard; null when there is no such shard. */
    static ShardHead read(WarmStore store) {
        byte[] stored = store.block(KEY);
        if (stored == null) {
            return null;
        }
        ByteBuffer body = Frame.open(BlockKind.HEAD, stored);
        NamespaceSettings settings = NamespaceSettings.read(body);
        int rawRowsPerPage = body.getInt();
        long nextRow = body.getLong();
        int nextPage = body.getInt();
        long items = body.getLong();
        long strays = body.getLong();
        ShardHead head = new ShardHead(settings, rawRowsPerPage, AppliedOffsets.read(body));
        head.nextRow = nextRow;
        head.nextPage = nextPage;
        head.items = items;
        head.strays = strays;
        return head;
    }

    void write(WarmStore store) {
        ByteBuffer body = Frame.body(NamespaceSettings.STORED_BYTES + 32 + applied.storedBytes());
        settings.write(body);
        body.putInt(rawRowsPerPage)
                .putLong(nextRow)
                .putInt(nextPage)
                .putLong(items)
                .putLong(strays);
        applied.write(body);
        store.putBlock(KEY, Frame.seal(BlockKind.HEAD, body));
    }
}
