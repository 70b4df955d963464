// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The code of binary vectors, whose components are 0 or 1: one bit a component, component i in bit {@code i % 64} of the
 * little-endian 64-bit word {@code i / 64}, and zeros up to a whole word. Exact.
 */
public final class BinaryCode {
    private BinaryCode() {}

    /** Bytes of a row: whole words. */
    public static int bytes(int dimension) {
        return Math.multiplyExact((dimension + Long.SIZE - 1) / Long.SIZE, Long.BYTES);
    }

    /** Packs {@code dimension} components; one of at least a half is a 1. */
    public static void encode(float[] vector, int dimension, byte[] out, int offset) {
        for (int first = 0; first < dimension; first += Long.SIZE) {
            long word = 0;
            for (int i = Math.min(dimension, first + Long.SIZE) - 1; i >= first; i--) {
                word = word << 1 | (vector[i] >= 0.5f ? 1 : 0);
            }
            LittleEndian.putLong(out, offset + first / Byte.SIZE, word);
        }
    }

    /** Writes the components of one code, each 0 or 1. */
    public static void decode(byte[] codes, int offset, int dimension, float[] out) {
        for (int i = 0; i < dimension; i++) {
            out[i] = codes[offset + i / Byte.SIZE] >> i % Byte.SIZE & 1;
        }
    }
}
