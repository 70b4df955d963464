// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;

/**
 * A query in int8, in bytes and widened to shorts, both zero beyond the dimension so that a kernel may read past the end
 * of a row. Belongs to one thread, is reused, and allocates only when a larger dimension comes.
 */
public final class Int8Query {
    /** Bytes to which the codes are padded: the widest vector register. */
    private static final int PADDING = 64;

    private byte[] codes = new byte[0];
    private short[] shorts = new short[0];
    private int dimension;
    private float scale;

    /** Quantises a finite vector; it replaces the former one. */
    public void set(float[] vector, int dimension) {
        int padded = (dimension + PADDING - 1) / PADDING * PADDING;
        if (codes.length < padded) {
            codes = new byte[padded];
            shorts = new short[padded];
        }
        this.dimension = dimension;
        scale = Int8Code.encode(vector, dimension, codes, 0);
        Arrays.fill(codes, dimension, padded, (byte) 0);
        for (int i = 0; i < padded; i++) {
            shorts[i] = codes[i];
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

    /** The same codes as 16-bit numbers. */
    public short[] shorts() {
        return shorts;
    }
}
