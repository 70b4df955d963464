// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.NibbleKernels;

/**
 * How rows of relative codes lie: in blocks of {@value #ROWS}. Of each full block the first element of all rows comes
 * first, then the second of all, and so on, so that one register holds the same element of many rows. The rows after the
 * last full block lie one after the other; they are interleaved when the sixteenth comes, and taken apart again when the
 * last of a full block goes. An element is a byte of a code or a factor.
 */
final class RowBlocks {
    /** Rows of a block. */
    static final int ROWS = NibbleKernels.BLOCK_ROWS;

    private RowBlocks() {}

    /** The part of {@code count} rows that lies in full blocks. */
    static int fullRows(int count) {
        return count / ROWS * ROWS;
    }

    /**
     * Distance from the beginning of the section to an element of a row.
     *
     * @param elements elements of a row
     * @param width bytes of an element
     */
    static int offset(int row, int element, int elements, int width, int count) {
        int first = row / ROWS * ROWS;
        int within = first + ROWS <= count ? element * ROWS + row - first : (row - first) * elements + element;
        return (first * elements + within) * width;
    }

    /** Interleaves 16 rows that lie one after the other from {@code at} on. */
    static void interleave(byte[] bytes, int at, int elements, int width) {
        transpose(bytes, at, ROWS, elements, width);
    }

    /** Takes a block apart into rows. */
    static void separate(byte[] bytes, int at, int elements, int width) {
        transpose(bytes, at, elements, ROWS, width);
    }

    private static void transpose(byte[] bytes, int at, int rows, int columns, int width) {
        byte[] before = new byte[rows * columns * width];
        System.arraycopy(bytes, at, before, 0, before.length);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                for (int w = 0; w < width; w++) {
                    bytes[at + (c * rows + r) * width + w] = before[(r * columns + c) * width + w];
                }
            }
        }
    }
}
