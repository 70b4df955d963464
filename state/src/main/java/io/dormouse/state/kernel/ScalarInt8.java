// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** The int8 kernels in plain Java. */
final class ScalarInt8 implements Int8Kernels {
    @Override
    public int dot(byte[] row, int offset, Int8Query query) {
        byte[] codes = query.codes();
        int dimension = query.dimension();
        int sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += row[offset + i] * codes[i];
        }
        return sum;
    }

    @Override
    public void dotBlock(byte[] page, int offset, int stride, int rows, Int8Query query, int[] out) {
        for (int r = 0; r < rows; r++) {
            out[r] = dot(page, offset + r * stride, query);
        }
    }
}
