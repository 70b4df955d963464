// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.VectorKernels;

/**
 * Where the sections of a page with room for {@code rows} rows lie. Header, ids, factors and codes follow each other,
 * each at a multiple of 64 bytes, and {@link VectorKernels#SLACK_BYTES} zero bytes follow the codes.
 */
record PageLayout(int rows, int factorsOffset, int codesOffset, int length) {
    static final int HEADER_BYTES = 64;
    static final int IDS_OFFSET = HEADER_BYTES;
    private static final int ALIGNMENT = 64;

    /** The layout, or an ArithmeticException when it would not fit an array. */
    static PageLayout of(Code code, int dimension, int rows) {
        long room = code.relative() ? RowBlocks.padded(rows) : rows;
        long factors = align(IDS_OFFSET + (long) rows * Long.BYTES);
        long codes = align(factors + room * code.factors() * Float.BYTES);
        long length = align(codes + room * code.codeBytes(dimension)) + VectorKernels.SLACK_BYTES;
        return new PageLayout(rows, (int) factors, (int) codes, Math.toIntExact(length));
    }

    private static long align(long offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
