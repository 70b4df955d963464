// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * Arithmetic on little-endian float32 rows. At least {@link VectorKernels#SLACK_BYTES} bytes follow the last row; they are
 * ignored, but must read as finite floats, as the next row does and zeros do. A query is zero beyond the dimension, up to a
 * multiple of {@link VectorKernels#QUERY_PADDING} floats. Results of two implementations differ by at most
 * {@code 2^-23 * (dimension + 1) * sum|term|}, as they add in different orders.
 */
public interface Float32Kernels {
    /** Inner product of the row at {@code offset} with a query. */
    float dot(byte[] row, int offset, float[] query, int dimension);

    /** Squared Euclidean distance of the row at {@code offset} from a query. */
    float squaredL2(byte[] row, int offset, float[] query, int dimension);

    /** {@link #dot} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i, what lies beyond may be overwritten. */
    void dotBlock(byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out);

    /** {@link #squaredL2} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i, what lies beyond may be overwritten. */
    void squaredL2Block(byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out);
}
