// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.shard.ShardKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An immutable object of many pages, all of one key group: ranges back to back, then a table of contents, then a footer
 * that says where that is (docs/formats.md, "Cold segments"). Its name is the SHA-256 of its bytes, so that the same
 * content has the same name and other content never has it.
 *
 * @param name 64 hexadecimal digits
 * @param bytes the whole object
 * @param entries what it holds, in order
 */
public record Segment(String name, byte[] bytes, List<Entry> entries) {
    /** Bytes of the footer, the last of the object. */
    public static final int FOOTER_BYTES = 24;

    private static final int HEADER_BYTES = 16;
    private static final int MAGIC_AND_VERSION = 0x01534D44; // "DMS", version 1
    private static final int ENTRY_BYTES_MIN = 2 + 4 + 8 + 2 * ColdRange.STORED_BYTES;

    /**
     * One page of a segment.
     *
     * @param shard whose page it is
     * @param page number of the raw page
     * @param cold where it lies
     */
    public record Entry(ShardKey shard, long page, ColdPage cold) {}

    /**
     * A page on its way into a segment.
     *
     * @param vectors the stored vector page
     * @param payloads packed {@link Payloads}, or null
     * @param from where it lay in object storage before, or null when it lay in the warm tier
     */
    public record Content(ShardKey shard, long page, byte[] vectors, byte[] payloads, ColdPage from) {
        /** Bytes before compression. */
        public int bytes() {
            return vectors.length + (payloads == null ? 0 : payloads.length);
        }
    }

    /**
     * Packs pages. This compresses and hashes, so it is work for an I/O thread.
     *
     * @param level of ZSTD
     */
    public static Segment of(List<Content> contents, int level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(HEADER_BYTES)
                .putInt(MAGIC_AND_VERSION)
                .putInt(contents.size())
                .array());
        List<Entry> unnamed = new ArrayList<>(contents.size());
        for (Content each : contents) {
            ColdRange vectors = append(out, each.vectors(), level);
            ColdRange payloads = each.payloads() == null ? null : append(out, each.payloads(), level);
            unnamed.add(new Entry(each.shard(), each.page(), new ColdPage(vectors, payloads)));
        }
        int tableAt = out.size();
        for (Entry each : unnamed) {
            out.writeBytes(write(each));
        }
        byte[] body = out.toByteArray();
        int tableBytes = body.length - tableAt;
        out.writeBytes(little(FOOTER_BYTES)
                .putLong(tableAt)
                .putInt(tableBytes)
                .putInt(ColdRange.checksum(body, tableAt, tableBytes))
                .putInt(contents.size())
                .putInt(MAGIC_AND_VERSION)
                .array());
        byte[] object = out.toByteArray();
        String name = HexFormat.of().formatHex(sha256(object));
        return new Segment(
                name, object, unnamed.stream().map(e -> named(name, e)).toList());
    }

    private static ColdRange append(ByteArrayOutputStream out, byte[] plain, int level) {
        byte[] stored = ColdRange.compress(plain, level);
        ColdRange range = new ColdRange(
                "", out.size(), stored.length, plain.length, ColdRange.checksum(stored, 0, stored.length));
        out.writeBytes(stored);
        return range;
    }

    private static Entry named(String name, Entry entry) {
        ColdPage cold = entry.cold();
        return new Entry(
                entry.shard(),
                entry.page(),
                new ColdPage(
                        named(name, cold.vectors()), cold.payloads() == null ? null : named(name, cold.payloads())));
    }

    private static ColdRange named(String name, ColdRange range) {
        return new ColdRange(name, range.offset(), range.storedBytes(), range.bytes(), range.crc());
    }

    private static byte[] write(Entry entry) {
        byte[] namespace = entry.shard().namespace().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = little(ENTRY_BYTES_MIN + namespace.length);
        out.putShort((short) namespace.length).put(namespace);
        out.putInt(entry.shard().partition()).putLong(entry.page());
        entry.cold().writeRanges(out);
        return out.array();
    }

    /**
     * Where the table of contents lies.
     *
     * @param footer the last {@value #FOOTER_BYTES} bytes of the object
     * @param objectBytes length of the object
     * @return the table as a range that is not compressed: offset, length and checksum
     * @throws CorruptColdException when this is no footer of such an object
     */
    public static ColdRange table(String name, byte[] footer, long objectBytes) throws CorruptColdException {
        ByteBuffer in = ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN);
        long at = in.getLong();
        int length = in.getInt();
        int crc = in.getInt();
        int count = in.getInt();
        boolean sound = in.getInt() == MAGIC_AND_VERSION
                && at >= HEADER_BYTES
                && length >= 0
                && at + length + FOOTER_BYTES == objectBytes
                && (long) count * ENTRY_BYTES_MIN <= length;
        if (!sound) {
            throw new CorruptColdException("segment " + name + " of " + objectBytes + " bytes has no sound footer");
        }
        return new ColdRange(name, at, length, length, crc);
    }

    /**
     * What a segment holds.
     *
     * @param table the bytes at {@link #table}
     * @throws CorruptColdException when they are not those that were written
     */
    public static List<Entry> entries(ColdRange at, byte[] table) throws CorruptColdException {
        if (table.length != at.storedBytes() || ColdRange.checksum(table, 0, table.length) != at.crc()) {
            throw new CorruptColdException("the table of contents of segment " + at.segment() + " is damaged");
        }
        ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        List<Entry> entries = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] namespace = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(namespace);
            ShardKey shard = new ShardKey(new String(namespace, StandardCharsets.UTF_8), in.getInt());
            entries.add(new Entry(shard, in.getLong(), ColdPage.readRanges(at.segment(), in)));
        }
        return entries;
    }

    /**
     * Reads what a stored segment holds; this blocks.
     *
     * @param bytes length of the object
     */
    static List<Entry> read(ColdStore store, String name, long bytes) throws IOException {
        byte[] footer = store.read(name, bytes - FOOTER_BYTES, FOOTER_BYTES);
        ColdRange table = table(name, footer, bytes);
        return entries(table, store.read(name, table.offset(), table.storedBytes()));
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
