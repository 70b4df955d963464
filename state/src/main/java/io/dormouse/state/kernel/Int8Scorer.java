// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores int8 rows with the query in int8, too. */
final class Int8Scorer implements RowScorer {
    private final Int8Kernels kernels;
    private final Int8Query codes = new Int8Query();
    private final int[] dots = new int[PreparedQuery.BLOCK_ROWS];
    private QueryVector query;

    Int8Scorer(Int8Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void prepare(QueryVector query) {
        this.query = query;
        codes.set(query.values(), query.dimension());
    }

    /** Distances from integer products; in double, where no product of two floats overflows. */
    @Override
    public void score(VectorPage page, int first, int rows, float[] out) {
        byte[] bytes = page.bytes();
        kernels.dotBlock(bytes, page.codeOffset(first), page.stride(), rows, codes, dots);
        int factors = page.factorOffset(first, 0);
        int stride = Code.INT8.factors() * Float.BYTES;
        boolean squared = query.metric().squared();
        double base = squared ? query.squaredNorm() : query.metric() == Metric.COSINE ? 1 : 0;
        double weight = squared ? 2.0 * codes.scale() : codes.scale();
        for (int i = 0; i < rows; i++) {
            int at = factors + i * stride;
            double scale = LittleEndian.getFloat(bytes, at + Code.SCALE * Float.BYTES);
            double norm = squared ? LittleEndian.getFloat(bytes, at + Code.NORM * Float.BYTES) : 0;
            double distance = base + norm * norm - weight * scale * dots[i];
            float score = (float) distance;
            out[i] = Math.abs(score) <= Float.MAX_VALUE ? score : Distances.clamp(distance);
        }
    }
}
