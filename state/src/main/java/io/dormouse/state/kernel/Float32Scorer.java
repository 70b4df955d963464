// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores float32 rows: scan pages of that code, and centroids. */
final class Float32Scorer implements RowScorer {
    private final Float32Kernels kernels;
    private QueryVector query;

    Float32Scorer(Float32Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void prepare(QueryVector query) {
        this.query = query;
    }

    @Override
    public void score(VectorPage page, int first, int rows, float[] out) {
        byte[] bytes = page.bytes();
        int at = page.codeOffset(first);
        if (query.metric().squared()) {
            squaredL2s(bytes, at, rows, out);
        } else {
            negativeDots(bytes, at, rows, query.metric() == Metric.COSINE ? 1 : 0, out);
        }
    }

    /** Squared distances of rows that follow each other. */
    void squaredL2s(byte[] rows, int at, int count, float[] out) {
        int dimension = query.dimension();
        kernels.squaredL2Block(rows, at, dimension * Float.BYTES, count, query.values(), dimension, out);
        for (int i = 0; i < count; i++) {
            out[i] = Distances.finiteSquaredL2(out[i]);
        }
    }

    /** {@code base} minus the inner products with rows that follow each other. */
    void negativeDots(byte[] rows, int at, int count, float base, float[] out) {
        int dimension = query.dimension();
        int stride = dimension * Float.BYTES;
        kernels.dotBlock(rows, at, stride, count, query.values(), dimension, out);
        for (int i = 0; i < count; i++) {
            out[i] = base - Distances.finiteDot(out[i], rows, at + i * stride, query);
        }
    }
}
