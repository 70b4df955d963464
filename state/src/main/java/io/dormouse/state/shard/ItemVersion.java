// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.nio.ByteBuffer;

/**
 * Orders the writes of one item. A write with a version of its own never gives way to a lower one; a write without
 * takes its place in Kafka: it follows every earlier offset of its partition. Across partitions, where Kafka promises
 * no order, the later arrival wins. A write without a version keeps the version it replaces as the floor for later
 * writes.
 *
 * @param explicit the record's own version, or {@link #NONE}
 * @param partition Kafka partition of the write
 * @param offset Kafka offset of the write
 */
public record ItemVersion(long explicit, int partition, long offset) {
    /** No version of its own. */
    public static final long NONE = Long.MIN_VALUE;

    /** Bytes of the stored form. */
    public static final int STORED_BYTES = 8 + 4 + 8;

    public boolean hasExplicit() {
        return explicit != NONE;
    }

    /** Whether a write of this version applies on top of a stored one; equal versions do not: they are repeats. */
    public boolean supersedes(ItemVersion stored) {
        if (hasExplicit() && stored.hasExplicit() && explicit != stored.explicit) {
            return explicit > stored.explicit;
        }
        if (hasExplicit() && stored.hasExplicit()) {
            return false;
        }
        return partition != stored.partition || offset > stored.offset;
    }

    /** This version with the stored explicit one as floor when it has none of its own. */
    public ItemVersion over(ItemVersion stored) {
        return hasExplicit() || stored == null ? this : new ItemVersion(stored.explicit, partition, offset);
    }

    /** Writes {@link #STORED_BYTES} bytes. */
    public void write(ByteBuffer to) {
        to.putLong(explicit).putInt(partition).putLong(offset);
    }

    /** Reads what {@link #write} wrote. */
    public static ItemVersion read(ByteBuffer from) {
        return new ItemVersion(from.getLong(), from.getInt(), from.getLong());
    }
}
