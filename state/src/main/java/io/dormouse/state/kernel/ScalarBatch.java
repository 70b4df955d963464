// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** Four queries one after the other, in plain Java. */
final class ScalarBatch implements BatchKernels {
    private final Float32Kernels one;

    ScalarBatch(Float32Kernels one) {
        this.one = one;
    }

    @Override
    public void dots(
            byte[] page,
            int offset,
            int stride,
            int rows,
            float[] q0,
            float[] q1,
            float[] q2,
            float[] q3,
            int dimension,
            float[] out) {
        for (int r = 0; r < rows; r++) {
            int at = offset + r * stride;
            out[4 * r] = one.dot(page, at, q0, dimension);
            out[4 * r + 1] = one.dot(page, at, q1, dimension);
            out[4 * r + 2] = one.dot(page, at, q2, dimension);
            out[4 * r + 3] = one.dot(page, at, q3, dimension);
        }
    }

    @Override
    public void squaredL2s(
            byte[] page,
            int offset,
            int stride,
            int rows,
            float[] q0,
            float[] q1,
            float[] q2,
            float[] q3,
            int dimension,
            float[] out) {
        for (int r = 0; r < rows; r++) {
            int at = offset + r * stride;
            out[4 * r] = one.squaredL2(page, at, q0, dimension);
            out[4 * r + 1] = one.squaredL2(page, at, q1, dimension);
            out[4 * r + 2] = one.squaredL2(page, at, q2, dimension);
            out[4 * r + 3] = one.squaredL2(page, at, q3, dimension);
        }
    }
}
