// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.BinaryCode;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Float16Code;
import io.dormouse.state.kernel.Int8Code;
import io.dormouse.state.kernel.LittleEndian;
import io.dormouse.state.kernel.RelativeEncoder;
import java.util.Objects;

/**
 * A page of vectors: the unit that is scanned, stored and moved between tiers. It is a mutable view of one byte array in
 * the stored layout (header, ids, factors, codes; docs/formats.md, "Vector pages"), so a page fetched from storage is
 * scored in place. Rows are numbered from 0 without gaps; removing one moves the last into its place.
 *
 * <p>In the heap the array may have room for more rows than it holds; it doubles up to {@link #rowsMax}. Only
 * {@link #write} and {@link #writeRows} fill in the header and the checksum. Not thread-safe.
 */
public final class VectorPage {
    /** Largest dimension that a page can hold. */
    public static final int DIMENSION_MAX = 65_536;

    /** Rows that a fresh page has room for. */
    private static final int ROWS_FIRST = 8;

    /** Bytes of this object and its array headers, roughly. */
    private static final int OBJECT_BYTES = 112;

    private final PageKind kind;
    private final Code code;
    private final int dimension;
    private final int stride;
    private final int rowsMax;
    private byte[] bytes;
    private PageLayout layout;
    private int count;
    private long address;

    private VectorPage(PageFormat.Header header, PageLayout layout, byte[] bytes) {
        kind = header.kind();
        code = header.code();
        dimension = header.dimension();
        stride = code.codeBytes(dimension);
        rowsMax = header.rowsMax();
        count = header.count();
        address = header.address();
        this.layout = layout;
        this.bytes = bytes;
    }

    /** An empty page that will hold at most {@code rowsMax} rows. */
    public static VectorPage allocate(PageKind kind, Code code, int dimension, int rowsMax) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(code, "code");
        check(kind == PageKind.SCAN || code == Code.FLOAT32, "code of a raw page", code.id(), "0 (float32)");
        check(dimension > 0 && dimension <= DIMENSION_MAX, "page dimension", dimension, "1 to " + DIMENSION_MAX);
        check(rowsMax > 0, "most rows of a page", rowsMax, "at least 1");
        PageLayout layout = PageLayout.of(code, dimension, Math.min(rowsMax, ROWS_FIRST));
        return new VectorPage(
                new PageFormat.Header(kind, code, dimension, 0, rowsMax, 0), layout, new byte[layout.length()]);
    }

    /** Bytes of a stored page of so many rows, header and slack included. */
    public static int pageBytes(Code code, int dimension, int rows) {
        return PageLayout.of(code, dimension, rows).length();
    }

    /** How many rows fit a stored page of {@code pageBytesMax} bytes, header and slack included. */
    public static int rowsMax(PageKind kind, Code code, int dimension, int pageBytesMax) {
        Objects.requireNonNull(kind, "kind");
        int rowBytes = code.codeBytes(dimension) + code.factors() * Float.BYTES + Long.BYTES;
        int rows = pageBytesMax / rowBytes;
        while (rows > 0 && PageLayout.of(code, dimension, rows).length() > pageBytesMax) {
            rows--;
        }
        if (rows == 0) {
            throw new IllegalArgumentException("a page of " + pageBytesMax + " bytes holds no row of dimension "
                    + dimension + " in " + code + "; expected room for one: choose larger pages or a smaller code");
        }
        return rows;
    }

    /** Opens a stored page as {@link #read(byte[], Profile)} does for a reader that can do everything. */
    public static VectorPage read(byte[] bytes) throws CorruptPageException {
        return read(bytes, Profile.FULL);
    }

    /**
     * Opens a stored page. The array becomes the page's own and is used in place.
     *
     * @throws CorruptPageException when anything about it is not as it was written, or it needs a larger profile
     */
    public static VectorPage read(byte[] bytes, Profile reader) throws CorruptPageException {
        PageFormat.Header header = PageFormat.open(bytes, reader);
        PageLayout layout;
        try {
            layout = PageLayout.of(header.code(), header.dimension(), header.count());
        } catch (ArithmeticException e) {
            throw new CorruptPageException("page of " + header.count() + " rows of dimension " + header.dimension()
                    + " cannot exist; expected at most 2 GiB");
        }
        PageFormat.require(bytes.length == layout.length(), "page length", bytes.length, layout.length());
        VectorPage page = new VectorPage(header, layout, bytes);
        if (page.code.relative()) {
            page.checkFactors();
        }
        return page;
    }

    /** The stored form: trimmed to the rows held, with header and checksum, in an array of its own. */
    public byte[] write(long address) {
        this.address = address;
        return writeRows(0, count, address);
    }

    /** A lower bound made of these would not be one. */
    private void checkFactors() throws CorruptPageException {
        for (int i = 0; i < count; i++) {
            float offset = factor(i, Code.OFFSET);
            float slope = factor(i, Code.SLOPE);
            float error = factor(i, Code.ERROR);
            boolean sound = Math.abs(offset) <= Float.MAX_VALUE
                    && slope >= 0
                    && slope <= Float.MAX_VALUE
                    && error >= 0
                    && error <= Float.MAX_VALUE;
            if (!sound) {
                throw new CorruptPageException("factors of row " + row(i) + " are " + offset + ", " + slope + ", "
                        + error + "; expected finite numbers, the last two not negative");
            }
        }
    }

    /** The stored form of a page that holds only the rows {@code from <= i < to} of this one: a delta. */
    public byte[] writeRows(int from, int to, long address) {
        Objects.checkFromToIndex(from, to, count);
        if (code.relative() && to - from < count) {
            return copyOf(from, to).write(address);
        }
        PageLayout target = PageLayout.of(code, dimension, to - from);
        byte[] out = new byte[target.length()];
        copyRows(from, to - from, out, target);
        PageFormat.seal(out, new PageFormat.Header(kind, code, dimension, to - from, rowsMax, address));
        return out;
    }

    /** A page of its own with some rows of this one. */
    private VectorPage copyOf(int from, int to) {
        VectorPage copy = allocate(kind, code, dimension, rowsMax);
        for (int i = from; i < to; i++) {
            copy.appendFrom(this, i);
        }
        return copy;
    }

    /**
     * Adds what an encoder made of a vector as the last row; for relative codes.
     *
     * @return its index
     */
    public int append(long row, RelativeEncoder encoded) {
        check(encoded.code().length == stride, "bytes of the code", encoded.code().length, stride);
        int index = claim(row);
        recode(index, encoded);
        return index;
    }

    /** Gives row {@code i} the code and factors of an encoder; for relative codes. */
    public void recode(int i, RelativeEncoder encoded) {
        Objects.checkIndex(i, count);
        for (int f = 0; f < code.factors(); f++) {
            putFactor(i, f, encoded.factor(f));
        }
        for (int j = 0; j < stride; j++) {
            bytes[elementOffset(i, j)] = encoded.code()[j];
        }
    }

    /**
     * Encodes a vector of finite values as the last row; for absolute codes.
     *
     * @return its index
     */
    public int append(long row, float[] vector) {
        checkAbsolute();
        check(vector.length >= dimension, "values of the vector", vector.length, dimension);
        double squaredNorm = 0;
        for (int i = 0; i < dimension; i++) {
            squaredNorm += (double) vector[i] * vector[i];
        }
        if (!Double.isFinite(squaredNorm)) {
            throw new IllegalArgumentException(
                    "row " + row + " holds NaN or an infinite value; expected finite values: refuse it at validation");
        }
        int index = claim(row);
        putFactor(index, Code.NORM, (float) Math.min(Math.sqrt(squaredNorm), Float.MAX_VALUE));
        encode(vector, index);
        return index;
    }

    private void encode(float[] vector, int index) {
        int at = codeOffset(index);
        switch (code) {
            case INT8 -> putFactor(index, Code.SCALE, Int8Code.encode(vector, dimension, bytes, at));
            case FLOAT16 -> putFactor(index, Code.SCALE, Float16Code.encode(vector, dimension, bytes, at));
            case BINARY -> BinaryCode.encode(vector, dimension, bytes, at);
            case FLOAT32 -> {
                for (int i = 0; i < dimension; i++) {
                    LittleEndian.putFloat(bytes, at + i * Float.BYTES, vector[i]);
                }
            }
        }
    }

    /**
     * Copies row {@code i} of another page of the same code and dimension, bit for bit.
     *
     * @return its index
     */
    public int appendFrom(VectorPage other, int i) {
        Objects.checkIndex(i, other.count);
        check(other.code == code, "code of the other page", other.code.id(), code.id());
        check(other.dimension == dimension, "dimension of the other page", other.dimension, dimension);
        int index = claim(other.row(i));
        copyRow(other, i, index);
        return index;
    }

    /** Removes row {@code i}; the last row takes its place. */
    public void remove(int i) {
        replace(i, count - 1);
        if (code.relative()) {
            clear(count - 1);
            if (count == RowBlocks.ROWS) {
                RowBlocks.separate(bytes, layout.codesOffset(), stride, 1);
                RowBlocks.separate(bytes, layout.factorsOffset(), code.factors(), Float.BYTES);
            }
        }
        count--;
    }

    /** Overwrites row {@code i} with a copy of row {@code from} of this page. */
    public void replace(int i, int from) {
        Objects.checkIndex(i, count);
        Objects.checkIndex(from, count);
        if (i != from) {
            LittleEndian.putLong(bytes, rowOffset(i), row(from));
            copyRow(this, from, i);
        }
    }

    /** Exchanges two rows. */
    public void swap(int i, int j) {
        Objects.checkIndex(i, count);
        Objects.checkIndex(j, count);
        long row = row(i);
        renumber(i, row(j));
        renumber(j, row);
        for (int f = 0; f < code.factors(); f++) {
            float kept = factor(i, f);
            putFactor(i, f, factor(j, f));
            putFactor(j, f, kept);
        }
        for (int e = 0; e < stride; e++) {
            int one = elementOffset(i, e);
            int other = elementOffset(j, e);
            byte kept = bytes[one];
            bytes[one] = bytes[other];
            bytes[other] = kept;
        }
    }

    /** Gives row {@code i} another number; its vector stays. */
    public void renumber(int i, long row) {
        Objects.checkIndex(i, count);
        LittleEndian.putLong(bytes, rowOffset(i), row);
    }

    /** Index of the row with this number, or -1. */
    public int indexOf(long row) {
        for (int i = 0; i < count; i++) {
            if (row(i) == row) {
                return i;
            }
        }
        return -1;
    }

    /** Writes the vector of row {@code i}: exact for float32 and binary, approximate otherwise; not for relative codes. */
    public void decode(int i, float[] out) {
        Objects.checkIndex(i, count);
        checkAbsolute();
        int at = codeOffset(i);
        switch (code) {
            case INT8 -> Int8Code.decode(bytes, at, factor(i, Code.SCALE), dimension, out);
            case FLOAT16 -> Float16Code.decode(bytes, at, factor(i, Code.SCALE), dimension, out);
            case BINARY -> BinaryCode.decode(bytes, at, dimension, out);
            case FLOAT32 -> {
                for (int d = 0; d < dimension; d++) {
                    out[d] = LittleEndian.getFloat(bytes, at + d * Float.BYTES);
                }
            }
        }
    }

    public PageKind kind() {
        return kind;
    }

    public Code code() {
        return code;
    }

    public int dimension() {
        return dimension;
    }

    public int count() {
        return count;
    }

    public int rowsMax() {
        return rowsMax;
    }

    public boolean isFull() {
        return count == rowsMax;
    }

    /** The address it was last written to or read with. */
    public long address() {
        return address;
    }

    /** The array behind the page, for kernels; it changes when the page grows. */
    public byte[] bytes() {
        return bytes;
    }

    /** Heap that this page occupies. */
    public int heapBytes() {
        return bytes.length + OBJECT_BYTES;
    }

    /** The id of row {@code i}. */
    public long row(int i) {
        return LittleEndian.getLong(bytes, rowOffset(i));
    }

    /** A factor of row {@code i}: {@link Code#NORM} or {@link Code#SCALE}, or those of a relative code. */
    public float factor(int i, int factor) {
        return LittleEndian.getFloat(bytes, factorOffset(i, factor));
    }

    /** Whether rows lie in blocks ({@link RowBlocks}). */
    public boolean inBlocks() {
        return code.relative() && RowBlocks.used(count);
    }

    /** Where in {@link #bytes} the code of row {@code i} begins; of rows in blocks, where the block of row {@code i} does. */
    public int codeOffset(int i) {
        return layout.codesOffset() + i * stride;
    }

    /** Bytes from one row's code to the next. */
    public int stride() {
        return stride;
    }

    private static int rowOffset(int i) {
        return PageLayout.IDS_OFFSET + i * Long.BYTES;
    }

    /** Where in {@link #bytes} a factor of row {@code i} lies; with absolute codes the factors of one row follow each other. */
    public int factorOffset(int i, int factor) {
        int place = code.relative() ? RowBlocks.place(i, factor, code.factors(), count) : i * code.factors() + factor;
        return layout.factorsOffset() + place * Float.BYTES;
    }

    /** Where byte {@code j} of the code of row {@code i} lies, with relative codes. */
    private int elementOffset(int i, int j) {
        int place = code.relative() ? RowBlocks.place(i, j, stride, count) : i * stride + j;
        return layout.codesOffset() + place;
    }

    /** Makes a row of a relative code zero: what follows the last row is stored, too. */
    private void clear(int i) {
        for (int f = 0; f < code.factors(); f++) {
            putFactor(i, f, 0);
        }
        for (int j = 0; j < stride; j++) {
            bytes[elementOffset(i, j)] = 0;
        }
    }

    private void putFactor(int i, int factor, float value) {
        LittleEndian.putFloat(bytes, factorOffset(i, factor), value);
    }

    private int claim(long row) {
        if (count == rowsMax) {
            throw new IllegalStateException(
                    "page of " + rowsMax + " rows is full; expected room for row " + row + ": split it first");
        }
        if (count == layout.rows()) {
            grow();
        }
        LittleEndian.putLong(bytes, rowOffset(count), row);
        count++;
        if (code.relative() && count == RowBlocks.ROWS) {
            RowBlocks.interleave(bytes, layout.codesOffset(), stride, 1);
            RowBlocks.interleave(bytes, layout.factorsOffset(), code.factors(), Float.BYTES);
        }
        return count - 1;
    }

    private void grow() {
        int rows = (int) Math.min(rowsMax, Math.max(ROWS_FIRST, 2L * layout.rows()));
        PageLayout target = PageLayout.of(code, dimension, rows);
        byte[] grown = new byte[target.length()];
        copyRows(0, count, grown, target);
        bytes = grown;
        layout = target;
    }

    private void copyRow(VectorPage source, int from, int to) {
        if (code.relative()) {
            for (int f = 0; f < code.factors(); f++) {
                putFactor(to, f, source.factor(from, f));
            }
            for (int j = 0; j < stride; j++) {
                bytes[elementOffset(to, j)] = source.bytes[source.elementOffset(from, j)];
            }
            return;
        }
        int factorBytes = code.factors() * Float.BYTES;
        System.arraycopy(source.bytes, source.factorOffset(from, 0), bytes, factorOffset(to, 0), factorBytes);
        System.arraycopy(source.bytes, source.codeOffset(from), bytes, codeOffset(to), stride);
    }

    /** Copies rows as they lie: with relative codes only all of them. */
    private void copyRows(int from, int rows, byte[] out, PageLayout target) {
        int factorBytes = code.factors() * Float.BYTES;
        int room = code.relative() ? RowBlocks.padded(rows) : rows;
        int factors = layout.factorsOffset() + from * factorBytes;
        System.arraycopy(bytes, rowOffset(from), out, PageLayout.IDS_OFFSET, rows * Long.BYTES);
        System.arraycopy(bytes, factors, out, target.factorsOffset(), room * factorBytes);
        System.arraycopy(bytes, codeOffset(from), out, target.codesOffset(), room * stride);
    }

    private void checkAbsolute() {
        if (code.relative()) {
            throw new IllegalStateException(
                    "a row of " + code + " means nothing without the centroid of its page; expected an absolute code");
        }
    }

    private static void check(boolean holds, String what, int value, Object expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + " is " + value + "; expected " + expected);
        }
    }
}
