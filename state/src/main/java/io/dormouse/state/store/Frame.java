// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The envelope of every stored block that is not a vector page (those carry their own header): magic {@code DMB}
 * (3 bytes), version (1), kind (1), three zero bytes, body length (4), CRC32C of those twelve bytes and
 * the body (4), then the body; little-endian. See {@code docs/formats.md}.
 */
public final class Frame {
    /** Bytes before the body. */
    public static final int HEADER_BYTES = 16;

    private static final int MAGIC_AND_VERSION = 0x01424D44; // "DMB", version 1

    private Frame() {}

    /** A buffer with room for the envelope and a body of at most {@code bodyBytesMax}, positioned at the body. */
    public static ByteBuffer body(int bodyBytesMax) {
        return ByteBuffer.allocate(HEADER_BYTES + bodyBytesMax)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(HEADER_BYTES);
    }

    /** Closes a buffer from {@link #body}: what lies before its position is the body. */
    public static byte[] seal(BlockKind kind, ByteBuffer filled) {
        int length = filled.position() - HEADER_BYTES;
        filled.putInt(0, MAGIC_AND_VERSION).putInt(4, kind.id()).putInt(8, length);
        filled.putInt(12, checksum(filled.array(), length));
        if (filled.position() == filled.capacity()) {
            return filled.array();
        }
        byte[] out = new byte[filled.position()];
        System.arraycopy(filled.array(), 0, out, 0, out.length);
        return out;
    }

    /** Whether stored bytes are a block in this envelope, and not a vector page. */
    public static boolean isFrame(byte[] stored) {
        return stored.length >= 4
                && stored[0] == (byte) MAGIC_AND_VERSION
                && stored[1] == (byte) (MAGIC_AND_VERSION >>> 8)
                && stored[2] == (byte) (MAGIC_AND_VERSION >>> 16);
    }

    /** The id of the kind that a block in this envelope claims to be; nothing is checked. */
    public static int kindId(byte[] stored) {
        return stored.length > 4 ? stored[4] : 0;
    }

    /**
     * The body of a stored block, little-endian, positioned at its start and limited to its end.
     *
     * @param stored the block, or null when the store has none
     * @throws CorruptBlockException when the bytes are not a version 1 block of this kind, whole and unchanged
     */
    public static ByteBuffer open(BlockKind kind, byte[] stored) {
        if (stored == null) {
            throw new CorruptBlockException(kind + " block is missing from the store");
        }
        if (stored.length < HEADER_BYTES) {
            throw new CorruptBlockException(
                    kind + " block has " + stored.length + " bytes, fewer than its header's " + HEADER_BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(0) != MAGIC_AND_VERSION) {
            throw new CorruptBlockException(String.format(
                    "%s block begins with %08x: expected magic and version %08x",
                    kind, in.getInt(0), MAGIC_AND_VERSION));
        }
        int length = in.getInt(8);
        if (in.getInt(4) != kind.id() || length != stored.length - HEADER_BYTES) {
            throw new CorruptBlockException(kind + " block says kind " + in.getInt(4) + " and " + length
                    + " body bytes: expected kind " + kind.id() + " and " + (stored.length - HEADER_BYTES));
        }
        if (in.getInt(12) != checksum(stored, length)) {
            throw new CorruptBlockException(kind + " block of " + length + " body bytes fails its CRC32C");
        }
        return in.position(HEADER_BYTES);
    }

    /**
     * As {@link #open}, of a block that other bytes may follow.
     *
     * @throws CorruptBlockException as {@link #open} does, and when there are fewer bytes than the block says
     */
    public static ByteBuffer openFirst(BlockKind kind, byte[] stored) {
        if (stored.length < HEADER_BYTES) {
            return open(kind, stored);
        }
        int body = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
        boolean followed = body >= 0 && body < stored.length - HEADER_BYTES;
        return open(kind, followed ? Arrays.copyOf(stored, HEADER_BYTES + body) : stored);
    }

    private static int checksum(byte[] frame, int bodyLength) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, 12);
        crc.update(frame, HEADER_BYTES, bodyLength);
        return (int) crc.getValue();
    }
}
