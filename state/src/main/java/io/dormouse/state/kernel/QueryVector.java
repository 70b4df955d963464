// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;
import java.util.Objects;

/** The vector of a query as kernels read it: zero padded, and normalised under cosine. Reused; grows with the dimension. */
final class QueryVector {
    private float[] values;
    private int dimension;
    private Metric metric = Metric.L2;
    private double squaredNorm;

    /** Room for up to {@code dimension} dimensions. */
    QueryVector(int dimension) {
        values = new float[padded(dimension)];
    }

    /** Begins a new vector: whoever calls fills the first {@code dimension} of the array returned, then calls finish. */
    float[] begin(int dimension, Metric metric) {
        this.metric = Objects.requireNonNull(metric, "metric");
        int padded = padded(dimension);
        if (values.length < padded) {
            values = new float[padded];
        }
        Arrays.fill(values, dimension, padded, 0);
        this.dimension = dimension;
        return values;
    }

    void finish() {
        squaredNorm = 0;
        for (int i = 0; i < dimension; i++) {
            squaredNorm += (double) values[i] * values[i];
        }
        if (metric == Metric.COSINE && squaredNorm > 0) {
            double norm = Math.sqrt(squaredNorm);
            for (int i = 0; i < dimension; i++) {
                values[i] = (float) (values[i] / norm);
            }
            squaredNorm = 1;
        }
    }

    /** The components, then zeros up to a multiple of {@link VectorKernels#QUERY_PADDING}. */
    float[] values() {
        return values;
    }

    int dimension() {
        return dimension;
    }

    Metric metric() {
        return metric;
    }

    /** Sum of the squared components. */
    double squaredNorm() {
        return squaredNorm;
    }

    private static int padded(int dimension) {
        int unit = VectorKernels.QUERY_PADDING;
        return (dimension + unit - 1) / unit * unit;
    }
}
