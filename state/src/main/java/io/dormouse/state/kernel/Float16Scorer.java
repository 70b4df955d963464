// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores fp16 rows with the query in floats. */
final class Float16Scorer implements RowScorer {
    private final Float16Kernels kernels;
    private final Float16Query floats = new Float16Query();
    private final float[] weights = new float[PreparedQuery.BLOCK_ROWS];
    private QueryVector query;

    Float16Scorer(Float16Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void prepare(QueryVector query) {
        this.query = query;
        if (query.metric().squared()) {
            floats.setForSquaredL2(query.values(), query.dimension());
        } else {
            floats.setForDot(query.values(), query.dimension());
        }
    }

    @Override
    public void score(VectorPage page, int first, int rows, float[] out) {
        if (query.metric().squared()) {
            squaredL2s(page, first, rows, out);
        } else {
            negativeDots(page, first, rows, out);
        }
    }

    private void squaredL2s(VectorPage page, int first, int rows, float[] out) {
        for (int i = 0; i < rows; i++) {
            weights[i] = page.factor(first + i, Code.SCALE) / floats.scale();
        }
        kernels.squaredL2Block(page.bytes(), page.codeOffset(first), page.stride(), rows, weights, floats, out);
        double unit = (double) floats.scale() * floats.scale();
        for (int i = 0; i < rows; i++) {
            double distance = Math.abs(out[i]) <= Float.MAX_VALUE ? out[i] * unit : preciseSquaredL2(page, first + i);
            out[i] = Distances.clamp(distance);
        }
    }

    private void negativeDots(VectorPage page, int first, int rows, float[] out) {
        kernels.dotBlock(page.bytes(), page.codeOffset(first), page.stride(), rows, floats, out);
        float base = query.metric() == Metric.COSINE ? 1 : 0;
        for (int i = 0; i < rows; i++) {
            double unit = (double) floats.scale() * page.factor(first + i, Code.SCALE);
            double dot = Math.abs(out[i]) <= Float.MAX_VALUE ? out[i] * unit : preciseDot(page, first + i);
            out[i] = Distances.clamp(base - dot);
        }
    }

    /** In double, for a row that overflowed a float. */
    private double preciseSquaredL2(VectorPage page, int row) {
        double sum = 0;
        for (int i = 0; i < query.dimension(); i++) {
            double difference = component(page, row, i) - query.values()[i];
            sum += difference * difference;
        }
        return sum;
    }

    private double preciseDot(VectorPage page, int row) {
        double sum = 0;
        for (int i = 0; i < query.dimension(); i++) {
            sum += component(page, row, i) * query.values()[i];
        }
        return sum;
    }

    private static double component(VectorPage page, int row, int i) {
        short half = LittleEndian.getShort(page.bytes(), page.codeOffset(row) + i * Short.BYTES);
        return (double) Float16Code.value(half) * page.factor(row, Code.SCALE);
    }
}
