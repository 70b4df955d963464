// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;

/**
 * A query in int8, kept in the forms that kernels want, each zero beyond the dimension so that a kernel may read past the
 * end of a row. Belongs to one thread, is reused, and allocates only when a larger dimension comes.
 *
 * <p>Vector units have no byte multiply, but a 16-bit lane holds two neighbouring bytes of a row: {@code s = 256 o + e}.
 * Modulo 2^16, with the even byte's sign bit flipped first (so that {@code e + 128} is what the lane really adds),
 *
 * <pre>s * qe + o * (qo - 256 qe) - 128 qe = e * qe + o * qo</pre>
 *
 * and the right side fits 16 bits because codes lie in -127..127. So one shift and two multiplies do for two bytes;
 * {@link #evens}, {@link #mixes} and {@link #biases} hold {@code qe}, {@code qo - 256 qe} and {@code 32768 - 128 qe}. The
 * 32768 makes the sum an unsigned number, which halves the work of widening it to 32 bits.
 */
public final class Int8Query {
    /** Bytes to which the codes are padded: the widest vector register. */
    private static final int PADDING = 64;

    private byte[] codes = new byte[0];
    private short[] evens = new short[0];
    private short[] mixes = new short[0];
    private short[] biases = new short[0];
    private int dimension;
    private float scale;

    /** Quantises a finite vector; it replaces the former one. */
    public void set(float[] vector, int dimension) {
        int padded = (dimension + PADDING - 1) / PADDING * PADDING;
        if (codes.length < padded) {
            codes = new byte[padded];
            evens = new short[padded / 2];
            mixes = new short[padded / 2];
            biases = new short[padded / 2];
        }
        this.dimension = dimension;
        scale = Int8Code.encode(vector, dimension, codes, 0);
        Arrays.fill(codes, dimension, padded, (byte) 0);
        for (int i = 0; i < padded / 2; i++) {
            int even = codes[2 * i];
            evens[i] = (short) even;
            mixes[i] = (short) (codes[2 * i + 1] - 256 * even);
            biases[i] = (short) (32768 - 128 * even);
        }
    }

    public int dimension() {
        return dimension;
    }

    /** The value of one step of the codes. */
    public float scale() {
        return scale;
    }

    /** One signed byte per dimension, zero padded to a multiple of 64. */
    public byte[] codes() {
        return codes;
    }

    /** The code of every even dimension. */
    public short[] evens() {
        return evens;
    }

    /** For every pair of dimensions: the odd code less 256 times the even one, modulo 2^16. */
    public short[] mixes() {
        return mixes;
    }

    /** For every pair of dimensions: 32768 less 128 times the even code, modulo 2^16. */
    public short[] biases() {
        return biases;
    }
}
