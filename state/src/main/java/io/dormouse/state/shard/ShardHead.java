// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.nio.ByteBuffer;

/** The settings and counters of a shard; how they are stored says {@link HeadBundle}. */
final class ShardHead {
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
    /** Sum of {@link Item#valueBytes} of the items alive. */
    long valueBytes;

    RecordRate rate = new RecordRate();

    final AppliedOffsets applied;

    ShardHead(NamespaceSettings settings, int rawRowsPerPage) {
        this(settings, rawRowsPerPage, new AppliedOffsets());
    }

    private ShardHead(NamespaceSettings settings, int rawRowsPerPage, AppliedOffsets applied) {
        this.settings = settings;
        this.rawRowsPerPage = rawRowsPerPage;
        this.applied = applied;
    }

    /** Reads what {@link #write} wrote. */
    static ShardHead read(ByteBuffer body) {
        ShardHead head = readUncounted(body);
        head.valueBytes = body.getLong();
        if (head.settings.recordsPerSecondMax() > 0) {
            head.rate = RecordRate.read(body);
        }
        return head;
    }

    /** Reads a head from before bytes were counted: its items count as their vectors, see {@link IndexEntry#valueBytes}. */
    static ShardHead readUncounted(ByteBuffer body) {
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
        head.valueBytes = items * Item.vectorBytes(settings.dimension());
        return head;
    }

    /** Bytes that {@link #write} needs at most. */
    int storedBytes() {
        return NamespaceSettings.STORED_BYTES + 32 + applied.storedBytes() + 8 + RecordRate.STORED_BYTES;
    }

    void write(ByteBuffer body) {
        settings.write(body);
        body.putInt(rawRowsPerPage)
                .putLong(nextRow)
                .putInt(nextPage)
                .putLong(items)
                .putLong(strays);
        applied.write(body);
        body.putLong(valueBytes);
        if (settings.recordsPerSecondMax() > 0) {
            rate.write(body);
        }
    }
}
