// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * Arithmetic on fp16 rows (see {@link Float16Code}), two bytes a component; {@code h} is the number that a half stands for,
 * not yet scaled, and {@code q} a component of the query divided by the query's scale. At least
 * {@link VectorKernels#SLACK_BYTES} bytes follow the last row; they are ignored, and any bytes will do. Halves are unpacked
 * exactly; results of two implementations differ by at most {@code 2^-22 * dimension * sum|term|}, as they add in different
 * orders, and are infinite or NaN where a float overflows.
 */
public interface Float16Kernels {
    /**
     * Sum of {@code h * q} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i, what lies beyond may be overwritten.
     *
     * @param query set for inner products
     */
    void dotBlock(byte[] page, int offset, int stride, int rows, Float16Query query, float[] out);

    /**
     * Sum of {@code (h * weight - q)^2} for rows that lie {@code stride} bytes apart; {@code out[i]} belongs to row i, what lies beyond may be overwritten.
     *
     * @param weights one per row: its scale divided by that of the query
     * @param query set for squared distances
     */
    void squaredL2Block(
            byte[] page, int offset, int stride, int rows, float[] weights, Float16Query query, float[] out);
}
