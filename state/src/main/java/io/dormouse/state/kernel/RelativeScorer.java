// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;
import java.util.Arrays;

/**
 * Scores rows of relative codes by lower bounds of their distances. A query is rotated and made into tables once; what it
 * has to do with a page is its distance from the page's centroid.
 */
final class RelativeScorer implements RowScorer {
    private static final double ROUNDING = 1e-6;

    private final NibbleKernels kernels;
    private final RotationKernels rotating;
    private final NibbleCodebook codebook;
    private final NibbleTables tables = new NibbleTables();
    private final BoundTerms terms = new BoundTerms();
    private final int[] sums = new int[PreparedQuery.BLOCK_ROWS];
    private float[] rotated = new float[0];
    private QueryVector query;
    private double squaredTableError;

    RelativeScorer(Code code, VectorKernels kernels) {
        this.kernels = kernels.nibble();
        this.rotating = kernels.rotation();
        this.codebook = NibbleCodebook.of(code);
    }

    @Override
    public void prepare(QueryVector query) {
        this.query = query;
        Rotation rotation = Rotation.of(query.dimension());
        int padded = rotation.dimension();
        if (rotated.length < padded) {
            rotated = new float[padded];
        }
        System.arraycopy(query.values(), 0, rotated, 0, query.dimension());
        Arrays.fill(rotated, query.dimension(), padded, 0);
        rotation.rotate(rotating, rotated);
        tables.set(kernels, codebook, rotated, padded);
        // an entry is off by less than half a step, evenly spread; in the unit of an error of the code
        double tableError = tables.step() * Math.sqrt(padded / codebook.dimensions() / 12.0) / codebook.errorPerSlope();
        squaredTableError = tableError * tableError;
    }

    @Override
    public void page(float centroidDistance, float errors) {
        boolean product = query.metric() == Metric.INNER_PRODUCT;
        double half = query.metric().squared() ? 1 : 0.5;
        double squared = product ? query.squaredNorm() : Math.max(0, centroidDistance);
        // floats round: the distance of the centroid is off by some units in the last place of what it is made of
        double rounding = ROUNDING * (Math.abs(centroidDistance) + query.squaredNorm());
        terms.base = (float) ((product ? 1 : half) * centroidDistance - rounding);
        terms.offsetWeight = product ? 0 : (float) half;
        terms.sumWeight = (float) (half * tables.step());
        terms.sumBase = (float) (half * tables.base());
        terms.errorWeight = (float) (half * errors * Math.sqrt(squared + squaredTableError));
        if (query.metric() == Metric.COSINE && query.squaredNorm() == 0) {
            terms.base = 1;
            terms.offsetWeight = 0;
            terms.errorWeight = 0;
        }
    }

    @Override
    public void score(VectorPage page, int first, int rows, float[] out) {
        byte[] bytes = page.bytes();
        if (page.inBlocks()) {
            int blocks = (rows + NibbleKernels.BLOCK_ROWS - 1) / NibbleKernels.BLOCK_ROWS;
            kernels.sums(bytes, page.codeOffset(first), blocks, tables, sums);
            kernels.bounds(bytes, page.factorOffset(first, 0), blocks, sums, terms, out);
            return;
        }
        for (int i = 0; i < rows; i++) {
            int row = first + i;
            int sum = kernels.sum(bytes, page.codeOffset(row), tables);
            out[i] = terms.bound(
                    page.factor(row, Code.OFFSET), page.factor(row, Code.SLOPE), page.factor(row, Code.ERROR), sum);
        }
    }

    @Override
    public float margin(VectorPage page, int row) {
        float margin = terms.errorWeight * page.factor(row, Code.ERROR);
        return margin <= Float.MAX_VALUE ? margin : Float.MAX_VALUE;
    }
}
