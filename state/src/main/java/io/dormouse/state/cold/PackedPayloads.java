// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import com.carrotsearch.hppc.IntIntHashMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What {@link Payloads} packed, gone through once, so that the payload of any row is found at once. */
public final class PackedPayloads {
    private static final int HEAP_BYTES_A_ROW = 16;

    private final byte[] packed;
    /** Where the header of each place's payload lies. */
    private final IntIntHashMap at = new IntIntHashMap();

    /**
     * @param packed not copied
     * @throws CorruptColdException when the bytes make no sense
     */
    public PackedPayloads(byte[] packed) throws CorruptColdException {
        this.packed = packed;
        ByteBuffer in = little();
        while (in.remaining() >= Payloads.HEADER_BYTES) {
            int header = in.position();
            int place = in.getInt();
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                break;
            }
            at.put(place, header);
            in.position(in.position() + length);
        }
        if (in.hasRemaining()) {
            throw new CorruptColdException("packed payloads of " + packed.length + " bytes end within one");
        }
    }

    private ByteBuffer little() {
        return ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A copy of the payload of one row, by its place in the page, or null when it has none. */
    public byte[] find(int place) {
        int header = at.getOrDefault(place, -1);
        if (header < 0) {
            return null;
        }
        int begin = header + Payloads.HEADER_BYTES;
        return Arrays.copyOfRange(packed, begin, begin + little().getInt(header + Integer.BYTES));
    }

    /** Heap held, roughly, in bytes. */
    public int heapBytes() {
        return packed.length + HEAP_BYTES_A_ROW * at.size() + 64;
    }
}
