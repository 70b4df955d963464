// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The file format of the vectors that ship with the project: numbers in fixed point, 16 bits each.
 *
 * <p>The arXiv and word vectors are exact multiples of 1/2048, so that fixed point keeps every number at less than 10
 * bits a number. Big-endian, version 1:
 *
 * <pre>
 * int32  magic 0x444D4658 ("DMFX")
 * int16  version, 1
 * int16  fraction bits f: value = integer / 2^f
 * int32  rows
 * int32  dimension
 * int32  CRC32C of the body before compression
 * gzip of the body: rows x dimension low bytes, then rows x dimension high bytes (two's complement int16, row-major)
 * </pre>
 *
 * Low and high bytes lie apart because the high ones are nearly all 0 or -1 and compress to under two bits.
 */
final class FixedPointVectors {
    private static final int MAGIC = 0x444D4658;
    private static final short VERSION = 1;
    private static final int NUMBERS_MAX = 1 << 28;

    private FixedPointVectors() {}

    /** Writes {@code rows}; refuses a number that {@code fractionBits} cannot hold exactly. */
    static void write(OutputStream out, float[][] rows, int fractionBits) throws IOException {
        byte[] body = encode(rows, fractionBits);
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(MAGIC);
        data.writeShort(VERSION);
        data.writeShort(fractionBits);
        data.writeInt(rows.length);
        data.writeInt(rows.length == 0 ? 0 : rows[0].length);
        data.writeInt(checksum(body));
        try (GZIPOutputStream gzip = new GZIPOutputStream(data, 1 << 16)) {
            gzip.write(body);
        }
    }

    /** Reads what {@link #write} wrote; {@code name} is what errors call it. */
    static float[][] read(InputStream in, String name) throws IOException {
        DataInputStream data = new DataInputStream(in);
        expect(name, "magic", data.readInt(), MAGIC);
        expect(name, "version", data.readShort(), VERSION);
        int fractionBits = data.readShort();
        int rows = data.readInt();
        int dimension = data.readInt();
        int checksum = data.readInt();
        if (rows < 0 || dimension < 0 || (long) rows * dimension > NUMBERS_MAX) {
            throw new IOException(name + " names " + rows + " rows of dimension " + dimension + ", expected at most "
                    + NUMBERS_MAX + " numbers: the file is damaged, check it out again");
        }
        int length = 2 * rows * dimension;
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(data.readAllBytes()), 1 << 16).readNBytes(length);
        expect(name, "length", body.length, length);
        expect(name, "checksum", checksum(body), checksum);
        return decode(body, rows, dimension, fractionBits);
    }

    private static byte[] encode(float[][] rows, int fractionBits) {
        int dimension = rows.length == 0 ? 0 : rows[0].length;
        int numbers = rows.length * dimension;
        byte[] body = new byte[2 * numbers];
        for (int i = 0; i < numbers; i++) {
            float value = rows[i / dimension][i % dimension];
            float scaled = Math.scalb(value, fractionBits);
            short integer = (short) scaled;
            if (integer != scaled) {
                throw new IllegalArgumentException("row " + i / dimension + " holds " + value
                        + ", which is no multiple of 2^-" + fractionBits + " within 16 bits: round it first");
            }
            body[i] = (byte) integer;
            body[numbers + i] = (byte) (integer >> 8);
        }
        return body;
    }

    private static float[][] decode(byte[] body, int rows, int dimension, int fractionBits) {
        float scale = Math.scalb(1f, -fractionBits);
        int numbers = rows * dimension;
        float[][] vectors = new float[rows][dimension];
        for (int row = 0, i = 0; row < rows; row++) {
            float[] vector = vectors[row];
            for (int d = 0; d < dimension; d++, i++) {
                vector[d] = ((body[numbers + i] << 8) | (body[i] & 0xff)) * scale;
            }
        }
        return vectors;
    }

    private static int checksum(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body, 0, body.length);
        return (int) crc.getValue();
    }

    private static void expect(String name, String what, int found, int expected) throws IOException {
        if (found != expected) {
            throw new IOException(String.format(
                    "%s has %s 0x%X, expected 0x%X: the file is damaged or of another version, check it out again",
                    name, what, found, expected));
        }
    }
}
