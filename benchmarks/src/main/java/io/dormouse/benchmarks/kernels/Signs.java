// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import java.util.Arrays;

/** The plainest one-bit code: a bit is set where a component is positive. */
public final class Signs {
    private Signs() {}

    /** Eight dimensions a byte, the first in the lowest bit. */
    public static byte[] of(float[] vector) {
        byte[] bits = new byte[vector.length / Byte.SIZE];
        for (int i = 0; i < bits.length * Byte.SIZE; i++) {
            bits[i / Byte.SIZE] |= (byte) (vector[i] > 0 ? 1 << i % Byte.SIZE : 0);
        }
        return bits;
    }

    /** The same as a vector of binary components. */
    public static float[] asZerosAndOnes(float[] vector) {
        float[] bits = new float[vector.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = vector[i] > 0 ? 1 : 0;
        }
        return bits;
    }

    /** The same for many. */
    static float[][] asZerosAndOnes(float[][] vectors) {
        return Arrays.stream(vectors).map(Signs::asZerosAndOnes).toArray(float[][]::new);
    }
}
