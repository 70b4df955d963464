// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors on the wire: little-endian float32, {@value #BYTES_PER_DIMENSION} bytes a dimension. */
public final class Vectors {
    /** Bytes of one dimension. */
    public static final int BYTES_PER_DIMENSION = Float.BYTES;

    private Vectors() {}

    /** The vector's bytes, in a buffer of their own that begins at position 0. */
    public static ByteBuffer toBytes(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * BYTES_PER_DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.order(ByteOrder.BIG_ENDIAN);
    }

    /**
     * The vector in the remaining bytes; the buffer's position stays.
     *
     * @throws IllegalArgumentException when the bytes are not whole floats
     */
    public static float[] toFloats(ByteBuffer bytes) {
        float[] vector = new float[dimension(bytes)];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    /**
     * Dimensions in the remaining bytes.
     *
     * @throws IllegalArgumentException when the bytes are not whole floats
     */
    public static int dimension(ByteBuffer bytes) {
        if (bytes.remaining() % BYTES_PER_DIMENSION != 0) {
            throw new IllegalArgumentException(
                    "a vector of %d bytes is not a whole number of 4-byte floats: check it first"
                            .formatted(bytes.remaining()));
        }
        return bytes.remaining() / BYTES_PER_DIMENSION;
    }
}
