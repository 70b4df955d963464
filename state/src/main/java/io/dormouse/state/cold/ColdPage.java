// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Where the two halves of a cold raw page lie: its exact vectors, and the payloads of its items. This is what takes the
 * place of the page in the warm tier.
 *
 * @param vectors the stored vector page
 * @param payloads {@link Payloads} of its rows, in the same segment, or null when none has one
 */
public record ColdPage(ColdRange vectors, ColdRange payloads) {
    private static final int NAME_BYTES = 32;

    public ColdPage {
        Objects.requireNonNull(vectors, "vectors");
    }

    /** Name of the segment that holds both. */
    public String segment() {
        return vectors.segment();
    }

    /** Bytes of the segment that the page takes. */
    public int storedBytes() {
        return vectors.storedBytes() + (payloads == null ? 0 : payloads.storedBytes());
    }

    /** Whether stored bytes of the warm tier are such a reference, and not a page. */
    public static boolean isReference(byte[] stored) {
        return Frame.isFrame(stored) && Frame.kindId(stored) == BlockKind.COLD.id();
    }

    /** The reference as a block of the warm tier. */
    public byte[] write() {
        ByteBuffer body = Frame.body(NAME_BYTES + 2 * ColdRange.STORED_BYTES);
        body.put(HexFormat.of().parseHex(segment()));
        writeRanges(body);
        return Frame.seal(BlockKind.COLD, body);
    }

    void writeRanges(ByteBuffer to) {
        vectors.write(to);
        if (payloads == null) {
            ColdRange.writeNone(to);
        } else {
            payloads.write(to);
        }
    }

    /**
     * Reads a reference.
     *
     * @throws CorruptBlockException when it is damaged
     */
    public static ColdPage read(byte[] stored) {
        ByteBuffer body = Frame.open(BlockKind.COLD, stored);
        byte[] name = new byte[NAME_BYTES];
        body.get(name);
        return readRanges(HexFormat.of().formatHex(name), body);
    }

    static ColdPage readRanges(String segment, ByteBuffer from) {
        ColdRange vectors = ColdRange.read(segment, from);
        ColdRange payloads = ColdRange.read(segment, from);
        if (vectors == null) {
            throw new CorruptBlockException("a cold page of segment " + segment + " has no vectors");
        }
        return new ColdPage(vectors, payloads);
    }
}
