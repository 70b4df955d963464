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
 */
record IndexEntry(long row, ItemVersion version) {
    /** Row of an entry that remembers a deletion. */
    static final long DELETED = -1;

    byte[] write() {
        ByteBuffer body = Frame.body(8 + ItemVersion.STORED_BYTES);
        body.putLong(row);
        version.write(body);
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
        return new IndexEntry(body.getLong(), ItemVersion.read(body));
    }
}
