// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.NibbleKernels;

/**
 * How rows of relative codes lie: in blocks of {@value #ROWS}. Of each block the first element of all rows comes first,
 * then the second of all, and so on, so that one register holds the same element of many rows; an element is a byte of a
 * code or a factor. The last block may have rows to spare, which are zero. A page of fewer rows than a block has them one
 * after the other instead: most deltas are such pages, and would be mostly zeros.
 */
final class RowBlocks {
    /** Rows of a block. */
    static final int ROWS = NibbleKernels.BLOCK_ROWS;

    private RowBlocks() {}

    /** Whether a page of so many rows has them in blocks. */
    static boolean used(int count) {
        return count >= ROWS;
    }

    /** Rows that there is room for in a page that holds {@code count}. */
    static int padded(int count) {
        return used(count) ? (count + ROWS - 1) / ROWS * ROWS : count;
    }

    /**
     * Place of an element of a row among those of all rows.
     *
     * @param elements elements of a row
     * @param count rows of the page
     */
    static int place(int row, int element, int elements, int count) {
        int first = row / ROWS * ROWS;
        return used(count) ? first * elements + element * ROWS + row - first : row * elements + element;
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
                System.arraycopy(before, (r * columns + c) * width, bytes, at + (c * rows + r) * width, width);
            }
        }
    }
}
