// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * Arithmetic on rows of 4-bit codes, each of which selects one of 16 numbers of a table of its own: the score of a row is
 * the sum of what its codes select. Rows lie in <em>blocks</em> of {@value #BLOCK_ROWS} (see {@code page.RowBlocks}): byte
 * 0 of all rows of a block, then byte 1 of all, and so on; a register then looks up as many codes as it has bytes (Quick
 * ADC, André, Kermarrec and Le Scouarnec, ICMR 2017). Sums are integers, the same in every implementation.
 */
public interface NibbleKernels {
    /** Rows of a block. */
    int BLOCK_ROWS = 16;

    /**
     * Fills the tables of a vector: for each group of components and each of the 16 points p of the codebook
     * {@code round((<p, group> + support) * scale)}.
     *
     * @param points the codebook by component: 16 values of the first, then of the second
     * @param supports for each group a number that no product with it is below the negative of
     * @param scale at most {@link NibbleTables#ENTRY_MAX} divided by twice the largest support
     */
    void fill(
            float[] vector, float[] points, int dimensions, float[] supports, int groups, float scale, byte[] entries);

    /**
     * The sums of rows in blocks.
     *
     * @param offset where the first block begins; each has 16 rows of as many bytes as the tables are for
     * @param out receives one sum per row
     */
    void sums(byte[] page, int offset, int blocks, NibbleTables tables, int[] out);

    /** The sum of one row that lies by itself, byte after byte. */
    int sum(byte[] row, int offset, NibbleTables tables);

    /**
     * Lower bounds of distances from sums.
     *
     * @param factors where the factors of the first block begin: 16 offsets, 16 slopes, 16 errors, each a float
     * @param out receives one bound per row, never NaN or infinite
     */
    void bounds(byte[] page, int factors, int blocks, int[] sums, BoundTerms terms, float[] out);
}
