// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * Four queries at once on float32 rows: what is loaded of a row serves four queries. Contracts are those of
 * {@link Float32Kernels}, and the number of rows is a multiple of {@link #ROWS}. Sums are those of
 * {@link Float32Kernels#dotBlock} and {@link Float32Kernels#squaredL2Block} to the last bit, for rows that these score in
 * groups.
 */
public interface BatchKernels {
    /** Queries that are scored at once. */
    int QUERIES = 4;

    /** Rows that are scored at once. */
    int ROWS = 4;

    /** Inner products of rows that lie {@code stride} bytes apart; {@code out[4 * i + j]} belongs to row i and query j. */
    void dots(
            byte[] page,
            int offset,
            int stride,
            int rows,
            float[] q0,
            float[] q1,
            float[] q2,
            float[] q3,
            int dimension,
            float[] out);

    /** Squared distances of rows that lie {@code stride} bytes apart; {@code out[4 * i + j]} belongs to row i and query j. */
    void squaredL2s(
            byte[] page,
            int offset,
            int stride,
            int rows,
            float[] q0,
            float[] q1,
            float[] q2,
            float[] q3,
            int dimension,
            float[] out);
}
