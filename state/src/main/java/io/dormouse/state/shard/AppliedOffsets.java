// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Up to where a shard has applied each partition of the ingest topic. A producer that keys by namespace uses one
 * partition per shard, so this is short; beyond {@value #PARTITIONS_MAX} partitions the one with the lowest offset gives
 * way, and a wait for it ends at its deadline.
 */
final class AppliedOffsets {
    static final int PARTITIONS_MAX = 1024;

    private int[] partitions = new int[1];
    private long[] offsets = new long[1];
    private int size;

    /** Notes that everything of this shard up to and with the offset is applied; true when that is news. */
    boolean advance(int partition, long offset) {
        for (int i = 0; i < size; i++) {
            if (partitions[i] == partition) {
                boolean news = offset > offsets[i];
                offsets[i] = Math.max(offsets[i], offset);
                return news;
            }
        }
        int i = size < PARTITIONS_MAX ? grow() : lowest();
        partitions[i] = partition;
        offsets[i] = offset;
        return true;
    }

    /** Whether the record at this offset has been applied. */
    boolean reached(int partition, long offset) {
        for (int i = 0; i < size; i++) {
            if (partitions[i] == partition) {
                return offsets[i] >= offset;
            }
        }
        return false;
    }

    int storedBytes() {
        return 4 + 12 * size;
    }

    void write(ByteBuffer to) {
        to.putInt(size);
        for (int i = 0; i < size; i++) {
            to.putInt(partitions[i]).putLong(offsets[i]);
        }
    }

    static AppliedOffsets read(ByteBuffer from) {
        AppliedOffsets read = new AppliedOffsets();
        for (int i = from.getInt(); i > 0; i--) {
            read.advance(from.getInt(), from.getLong());
        }
        return read;
    }

    private int grow() {
        if (size == partitions.length) {
            partitions = Arrays.copyOf(partitions, size * 2);
            offsets = Arrays.copyOf(offsets, size * 2);
        }
        return size++;
    }

    private int lowest() {
        int lowest = 0;
        for (int i = 1; i < size; i++) {
            if (offsets[i] < offsets[lowest]) {
                lowest = i;
            }
        }
        return lowest;
    }
}
