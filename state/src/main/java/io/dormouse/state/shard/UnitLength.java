// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/** Scales vectors to length 1, as scan pages hold them under the cosine metric. */
final class UnitLength {
    private UnitLength() {}

    /** Euclidean length of the first {@code dimension} components. */
    static double norm(float[] vector, int dimension) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += (double) vector[i] * vector[i];
        }
        return Math.sqrt(sum);
    }

    /** Divides the first {@code dimension} components by the vector's norm, which is not zero. */
    static void scale(float[] vector, int dimension, double norm) {
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) (vector[i] / norm);
        }
    }

    /** Divides the first {@code dimension} components by their norm, which is not zero. */
    static void normalise(float[] vector, int dimension) {
        scale(vector, dimension, norm(vector, dimension));
    }
}
