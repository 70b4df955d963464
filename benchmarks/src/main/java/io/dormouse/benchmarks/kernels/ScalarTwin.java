// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.state.kernel.LittleEndian;

/** What the SIMD kernels are measured against: the loops one would write by hand, left to the compiler. */
final class ScalarTwin {
    private ScalarTwin() {}

    /** One sum, floats read in place from the page's bytes. */
    static float dotBytes(byte[] row, int offset, float[] query, int dimension) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += LittleEndian.getFloat(row, offset + i * Float.BYTES) * query[i];
        }
        return sum;
    }

    /** One sum over a plain float array, so that reading from bytes cannot be what makes the twin slow. */
    static float dotFloats(float[] row, int offset, float[] query, int dimension) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += row[offset + i] * query[i];
        }
        return sum;
    }

    /** One integer sum; the compiler is free to vectorise it if it can. */
    static int dotInt8(byte[] row, int offset, byte[] query, int dimension) {
        int sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += row[offset + i] * query[i];
        }
        return sum;
    }
}
