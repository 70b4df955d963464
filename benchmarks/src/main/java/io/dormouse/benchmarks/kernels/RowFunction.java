// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

/** What is computed for each row of a page, by Dormouse and by its peers. */
public enum RowFunction {
    /** Inner product of float32 rows with a float32 query. */
    FLOAT32,
    /** Integer inner product of signed bytes with signed bytes. */
    INT8,
    /** Integer product of one-bit rows with a quantised query, the part of RaBitQ that reads rows. */
    ONE_BIT,
    /** Number of bits that differ. */
    HAMMING,
    /** Sum of what a row's codes select from tables of the query: product quantisation with a byte for four dimensions. */
    PQ;

    /** Dimensions that share one byte of a product-quantised row. */
    public static final int PQ_DIMENSIONS_PER_BYTE = 4;

    /** Bytes of a row. */
    public int bytes(int dimension) {
        return switch (this) {
            case FLOAT32 -> dimension * Float.BYTES;
            case INT8 -> dimension;
            case ONE_BIT, HAMMING -> dimension / Byte.SIZE;
            case PQ -> dimension / PQ_DIMENSIONS_PER_BYTE;
        };
    }
}
