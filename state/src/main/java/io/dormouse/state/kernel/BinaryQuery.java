// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;

/**
 * A query packed to bits, with zeros beyond its end, and a mask of equal length that is all ones as far as rows go and zero
 * beyond, so that a kernel may read past the end of a row. Belongs to one thread, is reused, and allocates only when a
 * larger dimension comes.
 */
public final class BinaryQuery {
    /** Bytes to which the bits are padded: the widest vector register. */
    private static final int PADDING = 64;

    private byte[] bits = new byte[0];
    private byte[] mask = new byte[0];
    private int bytes;

    /** Packs a vector of zeros and ones; it replaces the former one. */
    public void set(float[] vector, int dimension) {
        bytes = BinaryCode.bytes(dimension);
        int padded = (bytes + PADDING - 1) / PADDING * PADDING;
        if (bits.length < padded) {
            bits = new byte[padded];
            mask = new byte[padded];
        }
        BinaryCode.encode(vector, dimension, bits, 0);
        Arrays.fill(bits, bytes, padded, (byte) 0);
        Arrays.fill(mask, 0, bytes, (byte) -1);
        Arrays.fill(mask, bytes, padded, (byte) 0);
    }

    /** Bytes of a row: a multiple of 8. */
    public int bytes() {
        return bytes;
    }

    /** The bits, zero padded to a multiple of 64 bytes. */
    public byte[] bits() {
        return bits;
    }

    /** Ones where a row has bits, zeros beyond. */
    public byte[] mask() {
        return mask;
    }
}
