// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.state.kernel.BinaryQuery;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Int8Query;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.NibbleCodebook;
import io.dormouse.state.kernel.NibbleKernels;
import io.dormouse.state.kernel.NibbleTables;
import io.dormouse.state.kernel.RelativeEncoder;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Arrays;

/** Dormouse's kernels on the bytes of a scan page. */
public final class OwnScorers implements PageScorer.Engine {
    private static final int PAGE_BYTES = 65_536;

    private final VectorKernels kernels = Kernels.best();

    /** Rows of a scan page that is as full as it gets; of 64 KiB where Dormouse has no such code. */
    public static int rows(RowFunction function, int dimension) {
        return switch (function) {
            case FLOAT32 -> VectorPage.rowsMax(PageKind.SCAN, Code.FLOAT32, dimension, PAGE_BYTES);
            case INT8 -> VectorPage.rowsMax(PageKind.SCAN, Code.INT8, dimension, PAGE_BYTES);
            case ONE_BIT -> VectorPage.rowsMax(PageKind.SCAN, Code.RABITQ, dimension, PAGE_BYTES);
            case HAMMING -> VectorPage.rowsMax(PageKind.SCAN, Code.BINARY, dimension, PAGE_BYTES);
            case PQ -> VectorPage.rowsMax(PageKind.SCAN, Code.PQ, dimension, PAGE_BYTES);
        };
    }

    @Override
    public String implementation() {
        return Kernels.selection();
    }

    @Override
    public PageScorer scorer(RowFunction function, float[][] rows, float[] query, boolean oneByOne) {
        return switch (function) {
            case FLOAT32 -> float32(page(Code.FLOAT32, rows), query, oneByOne);
            case INT8 -> int8(page(Code.INT8, rows), query, oneByOne);
            case ONE_BIT -> nibbles(page(Code.RABITQ, rows), query);
            case HAMMING -> hamming(page(Code.BINARY, Signs.asZerosAndOnes(rows)), query);
            case PQ -> nibbles(page(Code.PQ, rows), query);
        };
    }

    private PageScorer float32(VectorPage page, float[] query, boolean oneByOne) {
        int dimension = page.dimension();
        int padding = VectorKernels.QUERY_PADDING;
        float[] padded = Arrays.copyOf(query, (dimension + padding - 1) / padding * padding);
        if (!oneByOne) {
            return out -> kernels.float32()
                    .dotBlock(page.bytes(), page.codeOffset(0), page.stride(), page.count(), padded, dimension, out);
        }
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = kernels.float32().dot(page.bytes(), page.codeOffset(r), padded, dimension);
            }
        };
    }

    private PageScorer int8(VectorPage page, float[] query, boolean oneByOne) {
        Int8Query codes = new Int8Query();
        codes.set(query, page.dimension());
        if (oneByOne) {
            return out -> {
                for (int r = 0; r < out.length; r++) {
                    out[r] = kernels.int8().dot(page.bytes(), page.codeOffset(r), codes);
                }
            };
        }
        int[] products = new int[page.count()];
        return out -> {
            kernels.int8().dotBlock(page.bytes(), page.codeOffset(0), page.stride(), page.count(), codes, products);
            copy(products, out);
        };
    }

    private PageScorer nibbles(VectorPage page, float[] query) {
        NibbleTables tables = new NibbleTables();
        tables.set(kernels.nibble(), NibbleCodebook.of(page.code()), query, query.length);
        int blocks = (page.count() + NibbleKernels.BLOCK_ROWS - 1) / NibbleKernels.BLOCK_ROWS;
        int[] sums = new int[blocks * NibbleKernels.BLOCK_ROWS];
        return out -> {
            kernels.nibble().sums(page.bytes(), page.codeOffset(0), blocks, tables, sums);
            copy(sums, out);
        };
    }

    private PageScorer hamming(VectorPage page, float[] query) {
        BinaryQuery bits = new BinaryQuery();
        bits.set(Signs.asZerosAndOnes(query), query.length);
        int[] differing = new int[page.count()];
        return out -> {
            kernels.binary().hammingBlock(page.bytes(), page.codeOffset(0), out.length, bits, differing);
            copy(differing, out);
        };
    }

    private static void copy(int[] scores, float[] out) {
        for (int r = 0; r < out.length; r++) {
            out[r] = scores[r];
        }
    }

    private VectorPage page(Code code, float[][] rows) {
        int dimension = rows[0].length;
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, dimension, rows.length);
        RelativeEncoder encoder = code.relative() ? new RelativeEncoder(code, dimension, kernels) : null;
        if (encoder != null) {
            encoder.centre(new float[dimension]);
        }
        for (float[] row : rows) {
            if (encoder == null) {
                page.append(page.count(), row);
            } else {
                encoder.encode(row);
                page.append(page.count(), encoder);
            }
        }
        return page;
    }
}
