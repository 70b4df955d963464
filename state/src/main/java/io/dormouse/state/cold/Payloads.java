// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs payloads of the rows of one raw page ({@link PackedPayloads} reads them): per row its place in the page (4 bytes), a length (4), the bytes. */
public final class Payloads {
    static final int HEADER_BYTES = 8;

    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();

    /** Adds the payload of the row at a place of its page. */
    public void add(int place, byte[] payload) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(place)
                .putInt(payload.length)
                .array();
        packed.writeBytes(header);
        packed.writeBytes(payload);
    }

    /** The packed payloads, or null when there is none. */
    public byte[] packed() {
        return packed.size() == 0 ? null : packed.toByteArray();
    }
}
