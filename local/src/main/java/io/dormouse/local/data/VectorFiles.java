// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads the vector files of the approximate-nearest-neighbour literature, plain or gzipped (by the name's end {@code .gz}).
 *
 * <ul>
 *   <li>{@code .fvecs} / {@code .ivecs}: per vector a little-endian int32 dimension, then that many float32 / int32;
 *   <li>{@code .u8}: unsigned bytes, row-major, no header.
 * </ul>
 *
 * <p>Source of the formats: corpus-texmex.irisa.fr.
 */
public final class VectorFiles {
    private static final int DIMENSION_MAX = 65_536;

    private VectorFiles() {}

    /** All vectors of an {@code .fvecs} file; rows x dimension. */
    public static float[][] readFvecs(Path file) throws IOException {
        List<float[]> rows = new ArrayList<>();
        try (VectorReader reader = openFvecs(file)) {
            for (float[] row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
        }
        return rows.toArray(new float[0][]);
    }

    /** Opens an {@code .fvecs} file to be read one vector at a time. */
    public static VectorReader openFvecs(Path file) throws IOException {
        return new VectorReader(open(file), file.toString());
    }

    /** All rows of an {@code .ivecs} file, such as a ground truth; rows x length. */
    public static int[][] readIvecs(Path file) throws IOException {
        List<int[]> rows = new ArrayList<>();
        try (InputStream in = open(file)) {
            for (ByteBuffer row = nextRow(in, file.toString()); row != null; row = nextRow(in, file.toString())) {
                int[] values = new int[row.remaining() / Integer.BYTES];
                row.asIntBuffer().get(values);
                rows.add(values);
            }
        }
        return rows.toArray(new int[0][]);
    }

    /** All rows of a {@code .u8} file as floats of 0 to 255; rows x {@code dimension}. */
    public static float[][] readU8(Path file, int dimension) throws IOException {
        byte[] bytes;
        try (InputStream in = open(file)) {
            bytes = in.readAllBytes();
        }
        if (dimension < 1 || bytes.length % dimension != 0) {
            throw new IOException(file + " holds " + bytes.length + " bytes, which is no multiple of the dimension "
                    + dimension + ": check the dimension");
        }
        float[][] rows = new float[bytes.length / dimension][dimension];
        for (int i = 0; i < bytes.length; i++) {
            rows[i / dimension][i % dimension] = bytes[i] & 0xff;
        }
        return rows;
    }

    /** The next row's values, or null at the end of the file. */
    static ByteBuffer nextRow(InputStream in, String name) throws IOException {
        byte[] head = in.readNBytes(Integer.BYTES);
        if (head.length == 0) {
            return null;
        }
        if (head.length < Integer.BYTES) {
            throw new EOFException(name + " ends inside a dimension field: the file is truncated");
        }
        int dimension = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (dimension < 1 || dimension > DIMENSION_MAX) {
            throw new IOException(name + " names a vector of dimension " + dimension + ", expected 1 to "
                    + DIMENSION_MAX + ": this is no .fvecs or .ivecs file");
        }
        byte[] values = in.readNBytes(dimension * Float.BYTES);
        if (values.length < dimension * Float.BYTES) {
            throw new EOFException(
                    name + " ends inside a vector of dimension " + dimension + ": the file is truncated");
        }
        return ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz")
                ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)
                : new BufferedInputStream(in, 1 << 16);
    }
}
