// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import java.util.Arrays;

/**
 * Finds the direction that a set of vectors does not have: the unit vector u that minimises the sum of (v.u)^2.
 *
 * <p>The data set's title vectors lost the component that all titles share, but that direction was not kept. It can be
 * had back, because all of them are orthogonal to it within rounding: it is the eigenvector of the smallest eigenvalue of
 * sum v v^T, found by inverse iteration on a Cholesky factor.
 */
final class OrthogonalDirection {
    private static final int ITERATIONS = 50;

    private OrthogonalDirection() {}

    static double[] of(float[][] vectors) {
        double[][] factor = cholesky(gram(vectors));
        double[] u = new double[factor.length];
        Arrays.fill(u, 1);
        for (int i = 0; i < ITERATIONS; i++) {
            solve(factor, u);
            normalise(u);
        }
        return u;
    }

    private static double[][] gram(float[][] vectors) {
        int n = vectors[0].length;
        double[][] gram = new double[n][n];
        for (float[] v : vectors) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    gram[i][j] += (double) v[i] * v[j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            gram[i][i] += 1e-9;
        }
        return gram;
    }

    /** The lower factor L of L L^T = a, in place; reads the lower half of {@code a} only. */
    private static double[][] cholesky(double[][] a) {
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
            }
        }
        return a;
    }

    /** Replaces {@code x} by the solution y of L L^T y = x. */
    private static void solve(double[][] factor, double[] x) {
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= factor[i][k] * x[k];
            }
            x[i] /= factor[i][i];
        }
        for (int i = x.length - 1; i >= 0; i--) {
            for (int k = i + 1; k < x.length; k++) {
                x[i] -= factor[k][i] * x[k];
            }
            x[i] /= factor[i][i];
        }
    }

    private static void normalise(double[] x) {
        double square = 0;
        for (double value : x) {
            square += value * value;
        }
        for (int i = 0; i < x.length; i++) {
            x[i] /= Math.sqrt(square);
        }
    }
}
