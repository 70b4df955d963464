// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The tables of one query: for each 4-bit code of a row 16 entries of 0 to {@value #ENTRY_MAX}, made of floats by
 * {@code (value - minimum of its table) / step}, with one step for all tables. What a row's codes select adds up to
 * {@code step() * sum + base()}.
 *
 * <p>The entries of the low halves of bytes 4g to 4g + 3 of a row lie at {@code 128 g}, those of the high halves 64 bytes
 * after them, 16 bytes for each. Belongs to one thread, is reused, and allocates only when a longer row comes.
 */
public final class NibbleTables {
    /** Two entries and a sign bit fit a byte: kernels add the two of a byte before they widen. */
    public static final int ENTRY_MAX = 127;

    /** Entries of one table. */
    public static final int ENTRIES = 16;

    private final short[] scratch = new short[64];
    private byte[] tables = new byte[0];
    private int stride;
    private float step;
    private float base;

    /**
     * Fills the tables.
     *
     * @param values for each code of a row, byte after byte and the low half first, its 16 values
     * @param stride bytes of a row, a multiple of 4
     */
    void set(float[] values, int stride) {
        this.stride = stride;
        int length = stride * 2 * ENTRIES + VectorKernels.SLACK_BYTES;
        if (tables.length < length) {
            tables = new byte[length];
        }
        float widest = 0;
        for (int i = 0; i < 2 * stride; i++) {
            widest = Math.max(widest, range(values, i * ENTRIES));
        }
        step = widest / ENTRY_MAX;
        float scale = widest > 0 ? ENTRY_MAX / widest : 0;
        double sum = 0;
        for (int i = 0; i < 2 * stride; i++) {
            sum += quantise(values, i * ENTRIES, scale, tableOffset(i));
        }
        base = (float) sum;
    }

    /** Where the table of a code begins, code 2 j being the low half of byte j. */
    static int tableOffset(int code) {
        int at = code >> 1;
        return (at >> 2) * 128 + (code & 1) * 64 + (at & 3) * ENTRIES;
    }

    private static float range(float[] values, int from) {
        float least = values[from];
        float most = values[from];
        for (int n = 1; n < ENTRIES; n++) {
            least = Math.min(least, values[from + n]);
            most = Math.max(most, values[from + n]);
        }
        return most - least;
    }

    private float quantise(float[] values, int from, float scale, int to) {
        float least = values[from];
        for (int n = 1; n < ENTRIES; n++) {
            least = Math.min(least, values[from + n]);
        }
        for (int n = 0; n < ENTRIES; n++) {
            tables[to + n] = (byte) Math.min(ENTRY_MAX, (int) ((values[from + n] - least) * scale + 0.5f));
        }
        return least;
    }

    /** The entries. */
    public byte[] entries() {
        return tables;
    }

    /** Bytes of a row. */
    public int stride() {
        return stride;
    }

    /** The value of one step of an entry. */
    public float step() {
        return step;
    }

    /** The sum of the least values of all tables. */
    public float base() {
        return base;
    }

    /** Room for a kernel to put two registers of 16-bit numbers. */
    public short[] scratch() {
        return scratch;
    }
}
