// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import java.nio.ByteBuffer;

/**
 * Where an id's current row is, or that it was deleted.
 *
 * @param row row number, or {@link #DELETED}
 * @param version the write that made it so
 * @param bytes {@link Item#valueBytes} of the item; {@link #UNCOUNTED} when it was written before these were counted
 */
record IndexEntry(long row, ItemVersion version, int bytes) {
    /** Row of an entry that remembers a deletion. */
    static final long DELETED = -1;

    static final int UNCOUNTED = -1;

    /** Remembers a deletion. */
    static IndexEntry tombstone(ItemVersion version) {
        return new IndexEntry(DELETED, version, 0);
    }

    /** The same item in another row. */
    IndexEntry at(long otherRow) {
        return new IndexEntry(otherRow, version, bytes);
    }

    /** What the item counts: its vector alone when nothing else is known, so that heads from then can be counted up. */
    int valueBytes(int dimension) {
        return bytes == UNCOUNTED ? Item.vectorBytes(dimension) : bytes;
    }

    byte[] write() {
        ByteBuffer body = Frame.body(8 + ItemVersion.STORED_BYTES + 4);
        body.putLong(row);
        version.write(body);
        body.putInt(bytes);
        return Frame.seal(BlockKind.INDEX, body);
    }

    /** The stored entry, or null when there is none or its bytes are damaged. */
    static IndexEntry readOrNull(byte[] stored) {
        try {
            return read(stored);
        } catch (CorruptBlockException e) {
            return null;
        }
    }

    static IndexEntry read(byte[] stored) {
        ByteBuffer body = Frame.open(BlockKind.INDEX, stored);
        return new IndexEntry(body.getLong(), ItemVersion.read(body), body.hasRemaining() ? body.getInt() : UNCOUNTED);
    }
}
