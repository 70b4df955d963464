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

    /** Four sums over a plain float array: the additions no longer wait for each other. */
    static float dotFloatsFour(float[] row, int offset, float[] query, int dimension) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int i = 0; i < dimension; i += 4) {
            s0 += row[offset + i] * query[i];
            s1 += row[offset + i + 1] * query[i + 1];
            s2 += row[offset + i + 2] * query[i + 2];
            s3 += row[offset + i + 3] * query[i + 3];
        }
        return (s0 + s1) + (s2 + s3);
    }

    /** One integer sum; the compiler is free to vectorise it if it can. */
    static int dotInt8(byte[] row, int offset, byte[] query, int dimension) {
        int sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += row[offset + i] * query[i];
        }
        return sum;
    }

    /** Four integer sums. */
    static int dotInt8Four(byte[] row, int offset, byte[] query, int dimension) {
        int s0 = 0;
        int s1 = 0;
        int s2 = 0;
        int s3 = 0;
        for (int i = 0; i < dimension; i += 4) {
            s0 += row[offset + i] * query[i];
            s1 += row[offset + i + 1] * query[i + 1];
            s2 += row[offset + i + 2] * query[i + 2];
            s3 += row[offset + i + 3] * query[i + 3];
        }
        return s0 + s1 + s2 + s3;
    }
}
