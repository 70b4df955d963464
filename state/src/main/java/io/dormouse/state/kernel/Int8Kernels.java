// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * Arithmetic on int8 rows, one signed byte per dimension. At least {@link VectorKernels#SLACK_BYTES} bytes follow the last
 * row; they are ignored. Results are exact up to 100,000 dimensions.
 */
public interface Int8Kernels {
    /** Integer inner product of the row at {@code offset} with a query. */
    int dot(byte[] row, int offset, Int8Query query);

    /** {@link #dot} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i. */
    void dotBlock(byte[] page, int offset, int stride, int rows, Int8Query query, int[] out);
}
