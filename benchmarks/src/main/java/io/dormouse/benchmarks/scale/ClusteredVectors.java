// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.scale;

import java.util.Random;

/**
 * Vectors in clusters, the same for the same seed: each is a cluster's centre, plus noise along a few directions of the
 * cluster's own, plus a little noise in every direction. Vector i does not depend on how many are made.
 */
final class ClusteredVectors {
    private static final int CLUSTERS = 1_000;
    private static final int DIRECTIONS = 12;
    private static final float SPREAD = 0.5f;
    private static final float NOISE = 0.15f;

    private final int dimension;
    private final long seed;
    private final float[][] centres;
    private final float[][][] directions;

    ClusteredVectors(int dimension, long seed) {
        this.dimension = dimension;
        this.seed = seed;
        Random random = new Random(seed);
        centres = new float[CLUSTERS][];
        directions = new float[CLUSTERS][DIRECTIONS][];
        for (int c = 0; c < CLUSTERS; c++) {
            centres[c] = gaussian(random, 1);
            for (int d = 0; d < DIRECTIONS; d++) {
                directions[c][d] = gaussian(random, 1);
            }
        }
    }

    /** Vector number i. */
    float[] vector(long i) {
        Random random = new Random(seed * 31 + i);
        int cluster = random.nextInt(CLUSTERS);
        float[] vector = gaussian(random, NOISE);
        for (int d = 0; d < DIRECTIONS; d++) {
            float along = SPREAD * (float) random.nextGaussian();
            for (int j = 0; j < dimension; j++) {
                vector[j] += along * directions[cluster][d][j];
            }
        }
        for (int j = 0; j < dimension; j++) {
            vector[j] += centres[cluster][j];
        }
        return vector;
    }

    private float[] gaussian(Random random, float deviation) {
        float[] vector = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            vector[j] = deviation * (float) random.nextGaussian();
        }
        return vector;
    }
}
