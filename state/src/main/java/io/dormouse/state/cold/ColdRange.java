// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Where some bytes lie in object storage: a range of a segment, compressed by itself so that it can be read alone.
 *
 * @param segment name of the segment
 * @param offset of its first byte in the segment
 * @param storedBytes its length there
 * @param bytes length of what it holds
 * @param crc CRC32C of the stored bytes
 */
public record ColdRange(String segment, long offset, int storedBytes, int bytes, int crc) {
    /** Bytes of a stored range, without the name of its segment. */
    static final int STORED_BYTES = 20;

    /** What a single range may hold at most: a stored length beyond it is damage, not a reason to allocate. */
    static final int BYTES_MAX = 1 << 30;

    public ColdRange {
        Objects.requireNonNull(segment, "segment");
    }

    /** Compresses bytes that will lie at an offset of a segment yet to be named; the returned range lacks its name. */
    static byte[] compress(byte[] plain, int level) {
        return Zstd.compress(plain, level);
    }

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /**
     * What the range holds.
     *
     * @param stored the bytes that were read for it
     * @throws CorruptColdException when they are not those that were written
     */
    public byte[] decode(byte[] stored) throws CorruptColdException {
        if (stored.length != storedBytes) {
            throw new CorruptColdException(this + " has " + stored.length + " bytes");
        }
        int found = checksum(stored, 0, stored.length);
        if (found != crc) {
            throw new CorruptColdException(
                    this + " has CRC32C " + HexFormat.of().toHexDigits(found) + ", expected "
                            + HexFormat.of().toHexDigits(crc));
        }
        try {
            byte[] plain = Zstd.decompress(stored, bytes);
            if (plain.length == bytes) {
                return plain;
            }
            throw new CorruptColdException(this + " holds " + plain.length + " bytes");
        } catch (ZstdException e) {
            throw new CorruptColdException(this + " cannot be decompressed: " + e.getMessage());
        }
    }

    void write(ByteBuffer to) {
        to.putLong(offset).putInt(storedBytes).putInt(bytes).putInt(crc);
    }

    /** Reads a range of a segment; null when there is none. */
    static ColdRange read(String segment, ByteBuffer from) {
        long offset = from.getLong();
        int storedBytes = from.getInt();
        int bytes = from.getInt();
        int crc = from.getInt();
        return storedBytes == 0 ? null : new ColdRange(segment, offset, storedBytes, bytes, crc);
    }

    static void writeNone(ByteBuffer to) {
        to.putLong(0).putInt(0).putInt(0).putInt(0);
    }

    @Override
    public String toString() {
        return "range " + offset + "+" + storedBytes + " of segment " + segment;
    }
}
