// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * Arithmetic on rows of bits (see {@link BinaryCode}). At least {@link VectorKernels#SLACK_BYTES} bytes follow the last row;
 * they are ignored. Results are exact.
 */
public interface BinaryKernels {
    /** Bits that differ, for rows that follow each other from {@code offset} on; {@code out[i]} belongs to row i, what lies beyond may be overwritten. */
    void hammingBlock(byte[] page, int offset, int rows, BinaryQuery query, int[] out);
}
