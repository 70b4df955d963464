// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The arithmetic of a scan: the one seam between plain Java and vector instructions. Rows are read in place from the byte
 * array that storage returned: float32 rows little-endian, int8 rows one signed byte per dimension.
 *
 * <p>Contracts: at least {@link #SLACK_BYTES} readable bytes follow the last row read; they are ignored, but after float32
 * rows they must read as finite floats, as the next row does and zeros do. A float query is zero beyond the dimension, up
 * to a multiple of {@link #QUERY_PADDING} floats. Integer results are exact up to 100,000 dimensions; float results of two
 * implementations differ by at most {@code 2^-23 * dimension * sum|term|}, as they add in different orders.
 * Implementations are stateless and may be used by any number of threads.
 */
public interface VectorKernels {
    /** Bytes that must be readable beyond the end of the last row. */
    int SLACK_BYTES = 64;

    /** A float query is zero padded to a multiple of this many floats. */
    int QUERY_PADDING = 16;

    /** {@code scalar}, or {@code simd-} and the register width in bits. */
    String name();

    /** Inner product of the float32 row at {@code offset} with a query. */
    float dot(byte[] row, int offset, float[] query, int dimension);

    /** Squared Euclidean distance of the float32 row at {@code offset} from a query. */
    float squaredL2(byte[] row, int offset, float[] query, int dimension);

    /** Integer inner product of the int8 row at {@code offset} with a query. */
    int dotInt8(byte[] row, int offset, Int8Query query);

    /** {@link #dot} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i. */
    void dotBlock(byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out);

    /** {@link #squaredL2} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i. */
    void squaredL2Block(byte[] page, int offset, int stride, int rows, float[] query, int dimension, float[] out);

    /** {@link #dotInt8} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i. */
    void dotInt8Block(byte[] page, int offset, int stride, int rows, Int8Query query, int[] out);
}
