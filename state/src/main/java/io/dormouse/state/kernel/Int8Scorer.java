// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores int8 rows with the query in int8, too. */
final class Int8Scorer implements RowScorer {
    private static final int FACTOR_BYTES = Code.INT8.factors() * Float.BYTES;

    /** Between these, what a query adds to a distance in floats is off by no more than floats are. */
    private static final double PLAIN_MIN = 1e-9;

    private static final double PLAIN_MAX = 1e9;

    private final Int8Kernels kernels;
    private final Int8Query codes = new Int8Query();
    private final int[] dots = new int[PreparedQuery.BLOCK_ROWS];
    private boolean squared;
    private double base;
    private double weight;
    private boolean plain;

    Int8Scorer(Int8Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void prepare(QueryVector query) {
        codes.set(query.values(), query.dimension());
        squared = query.metric().squared();
        base = squared ? query.squaredNorm() : query.metric() == Metric.COSINE ? 1 : 0;
        weight = squared ? 2.0 * codes.scale() : codes.scale();
        plain = weight >= PLAIN_MIN && weight <= PLAIN_MAX;
    }

    @Override
    public void score(VectorPage page, int first, int rows, float[] out) {
        byte[] bytes = page.bytes();
        kernels.dotBlock(bytes, page.codeOffset(first), page.stride(), rows, codes, dots);
        int at = page.factorOffset(first, 0);
        for (int i = 0; i < rows; i++, at += FACTOR_BYTES) {
            float scale = LittleEndian.getFloat(bytes, at + Code.SCALE * Float.BYTES);
            float norm = squared ? LittleEndian.getFloat(bytes, at + Code.NORM * Float.BYTES) : 0;
            float distance = (float) base + norm * norm - (float) weight * scale * dots[i];
            out[i] = plain && Math.abs(distance) <= Float.MAX_VALUE ? distance : precise(scale, norm, dots[i]);
        }
    }

    /** In double, where no product of two floats overflows or vanishes. */
    private float precise(double scale, double norm, int dot) {
        return Distances.clamp(base + norm * norm - weight * scale * dot);
    }
}
