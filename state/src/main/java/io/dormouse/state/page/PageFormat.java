// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.LittleEndian;
import java.util.zip.CRC32C;

/**
 * The stored header of a vector page, version 2; docs/formats.md describes it byte by byte. Version 1 is read, too: it
 * has the same fields but for the profile, which follows from the others.
 */
final class PageFormat {
    /** "DMVP" as little-endian bytes: a Dormouse vector page. */
    static final int MAGIC = 'D' | 'M' << 8 | 'V' << 16 | 'P' << 24;

    static final short VERSION = 2;

    /** The first version; its header does not name a profile. */
    private static final short VERSION_WITHOUT_PROFILE = 1;

    private static final int VERSION_AT = 4;
    private static final int KIND_AT = 6;
    private static final int CODE_AT = 7;
    private static final int DIMENSION_AT = 8;
    private static final int COUNT_AT = 12;
    private static final int ROWS_MAX_AT = 16;
    private static final int LENGTH_AT = 20;
    private static final int ADDRESS_AT = 24;
    private static final int CRC_AT = 32;
    private static final int PROFILE_AT = 36;
    private static final int AFTER_CRC = CRC_AT + Integer.BYTES;

    private PageFormat() {}

    /** What a header says. */
    record Header(PageKind kind, Code code, int dimension, int count, int rowsMax, long address) {}

    /** Writes the header of a page whose sections are already in place, and its checksum. */
    static void seal(byte[] page, Header header) {
        LittleEndian.putInt(page, 0, MAGIC);
        LittleEndian.putShort(page, VERSION_AT, VERSION);
        page[KIND_AT] = header.kind().id();
        page[CODE_AT] = header.code().id();
        LittleEndian.putInt(page, DIMENSION_AT, header.dimension());
        LittleEndian.putInt(page, COUNT_AT, header.count());
        LittleEndian.putInt(page, ROWS_MAX_AT, header.rowsMax());
        LittleEndian.putInt(page, LENGTH_AT, page.length);
        LittleEndian.putLong(page, ADDRESS_AT, header.address());
        page[PROFILE_AT] = needed(header, page.length).id();
        LittleEndian.putInt(page, CRC_AT, checksum(page));
    }

    /**
     * Checks a whole stored page: first what it is, then that it is intact, then that a reader of this profile may read
     * it, then that it makes sense.
     */
    static Header open(byte[] page, Profile reader) throws CorruptPageException {
        try {
            return checked(page, reader);
        } catch (CorruptPageException e) {
            throw new CorruptPageException(e.getMessage(), isIntact(page));
        }
    }

    /** Whether it is a page of any version, and the bytes are what was written. */
    private static boolean isIntact(byte[] page) {
        return page.length >= PageLayout.HEADER_BYTES
                && LittleEndian.getInt(page, 0) == MAGIC
                && LittleEndian.getInt(page, LENGTH_AT) == page.length
                && LittleEndian.getInt(page, CRC_AT) == checksum(page);
    }

    private static Header checked(byte[] page, Profile reader) throws CorruptPageException {
        require(page.length >= PageLayout.HEADER_BYTES, "page is truncated: length", page.length, "at least 64");
        int magic = LittleEndian.getInt(page, 0);
        if (magic != MAGIC) {
            throw new CorruptPageException(
                    String.format("not a vector page: magic is 0x%08x; expected 0x%08x", magic, MAGIC));
        }
        int version = Short.toUnsignedInt(LittleEndian.getShort(page, VERSION_AT));
        require(
                version == VERSION || version == VERSION_WITHOUT_PROFILE,
                "page version",
                version,
                VERSION_WITHOUT_PROFILE + " or " + VERSION + ": read it with the version that wrote it");
        int length = LittleEndian.getInt(page, LENGTH_AT);
        require(length == page.length, "page is truncated or has bytes added: length", page.length, length);
        int stored = LittleEndian.getInt(page, CRC_AT);
        int computed = checksum(page);
        if (stored != computed) {
            throw new CorruptPageException(String.format(
                    "page is damaged: its CRC32C is 0x%08x; expected 0x%08x as written", computed, stored));
        }
        if (version == VERSION_WITHOUT_PROFILE) {
            Header header = header(page, PROFILE_AT);
            requireReadable(needed(header, length), reader);
            return header;
        }
        Profile stated = Profile.ofId(page[PROFILE_AT]);
        requireReadable(stated, reader);
        Header header = header(page, PROFILE_AT + 1);
        Profile needed = needed(header, length);
        if (!stated.reads(needed)) {
            throw new CorruptPageException("page states profile " + stated + ", but holds " + header.code() + " of "
                    + header.dimension() + " dimensions in " + length + " bytes; expected profile " + needed);
        }
        return header;
    }

    private static Profile needed(Header header, int length) {
        return Profile.needed(header.kind(), header.code(), header.dimension(), length);
    }

    private static void requireReadable(Profile needed, Profile reader) throws CorruptPageException {
        if (!reader.reads(needed)) {
            throw new CorruptPageException("page needs profile " + needed + "; expected at most " + reader.described()
                    + ": read it with memory.profile " + needed);
        }
    }

    /** The fields that every version has, with the reserved bytes from {@code reservedAt} on. */
    private static Header header(byte[] page, int reservedAt) throws CorruptPageException {
        PageKind kind = PageKind.ofId(page[KIND_AT]);
        int codeId = page[CODE_AT];
        Code code = code(codeId);
        require(kind == PageKind.SCAN || code == Code.FLOAT32, "code of a raw page", codeId, "0 (float32)");
        int dimension = LittleEndian.getInt(page, DIMENSION_AT);
        int count = LittleEndian.getInt(page, COUNT_AT);
        int rowsMax = LittleEndian.getInt(page, ROWS_MAX_AT);
        require(dimension > 0 && dimension <= VectorPage.DIMENSION_MAX, "page dimension", dimension, "1 to 65536");
        require(rowsMax > 0, "most rows of the page", rowsMax, "at least 1");
        require(count >= 0 && count <= rowsMax, "rows of the page", count, "0 to " + rowsMax);
        for (int i = reservedAt; i < PageLayout.HEADER_BYTES; i++) {
            require(page[i] == 0, "reserved header byte " + i, page[i], 0);
        }
        return new Header(kind, code, dimension, count, rowsMax, LittleEndian.getLong(page, ADDRESS_AT));
    }

    private static Code code(int id) throws CorruptPageException {
        try {
            return Code.ofId(id);
        } catch (IllegalArgumentException e) {
            throw new CorruptPageException("page " + e.getMessage() + ": was it written by a newer version?");
        }
    }

    static void require(boolean holds, String what, int value, Object expected) throws CorruptPageException {
        if (!holds) {
            throw new CorruptPageException(what + " is " + value + "; expected " + expected);
        }
    }

    /** CRC32C of everything but the checksum itself. */
    private static int checksum(byte[] page) {
        CRC32C crc = new CRC32C();
        crc.update(page, 0, CRC_AT);
        crc.update(page, AFTER_CRC, page.length - AFTER_CRC);
        return (int) crc.getValue();
    }
}
