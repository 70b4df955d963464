// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Payloads of the rows of one raw page, packed: per row its place in the page (4 bytes), a length (4), the bytes. */
public final class Payloads {
    private static final int HEADER_BYTES = 8;

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

    /**
     * The payload of one row, or null when it has none.
     *
     * @throws CorruptColdException when the packed bytes make no sense
     */
    public static byte[] find(byte[] packed, int place) throws CorruptColdException {
        ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= HEADER_BYTES) {
            int at = in.getInt();
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                break;
            }
            if (at == place) {
                byte[] payload = new byte[length];
                in.get(payload);
                return payload;
            }
            in.position(in.position() + length);
        }
        if (in.hasRemaining()) {
            throw new CorruptColdException("packed payloads of " + packed.length + " bytes end within one");
        }
        return null;
    }
}
