// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The tables of one query: for each 4-bit code of a row 16 entries of 0 to {@value #ENTRY_MAX}, made of its products with
 * the points of a codebook by {@code (product - least that there could be) / step}, with one step for all tables. The
 * product of the query with all of a row's points is about {@code step() * sum + base()}.
 *
 * <p>The entries of the low halves of bytes 4g to 4g + 3 of a row lie at {@code 128 g}, those of the high halves 64 bytes
 * after them, 16 bytes for each. Belongs to one thread, is reused, and allocates only when a longer row comes.
 */
public final class NibbleTables {
    /** Two entries and a sign bit fit a byte: kernels add the two of a byte before they widen. */
    public static final int ENTRY_MAX = 127;

    /** Entries of one table. */
    public static final int ENTRIES = 16;

    /** Added to a number below 2^22, it leaves the nearest integer in the low bits: as fast as vector instructions go. */
    public static final float ROUNDER = 1.5f * (1 << 23);

    private float[] supports = new float[0];
    private byte[] entries = new byte[0];
    private int stride;
    private float step;
    private float base;

    /** Fills the tables for the first {@code count} components of a vector, a multiple of 64. */
    public void set(NibbleKernels kernels, NibbleCodebook codebook, float[] vector, int count) {
        int groups = count / codebook.dimensions();
        stride = groups / 2;
        if (supports.length < groups) {
            supports = new float[groups];
            entries = new byte[groups * ENTRIES + VectorKernels.SLACK_BYTES];
        }
        codebook.supports(vector, groups, supports);
        float widest = 0;
        double sum = 0;
        for (int g = 0; g < groups; g++) {
            widest = Math.max(widest, supports[g]);
            sum += supports[g];
        }
        base = (float) -sum;
        step = 2 * widest / ENTRY_MAX;
        float scale = step > 0 ? 1 / step : 0;
        kernels.fill(vector, codebook.points(), codebook.dimensions(), supports, groups, scale, entries);
    }

    /** Where the table of a code begins, code 2 j being the low half of byte j. */
    static int tableOffset(int code) {
        int at = code >> 1;
        return (at >> 2) * 128 + (code & 1) * 64 + (at & 3) * ENTRIES;
    }

    /** The entries. */
    public byte[] entries() {
        return entries;
    }

    /** Bytes of a row. */
    public int stride() {
        return stride;
    }

    /** The value of one step of an entry. */
    public float step() {
        return step;
    }

    /** The sum of what an entry of 0 stands for in each table. */
    public float base() {
        return base;
    }
}
