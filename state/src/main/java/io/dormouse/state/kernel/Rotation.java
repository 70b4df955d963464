// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A random rotation of vectors, always the same for a dimension: codes are made of rotated vectors, so it is part of the
 * stored format (docs/formats.md). It spreads whatever structure a vector has evenly over all components, in
 * {@code O(D log D)}: {@value #ROUNDS} rounds of random signs, a fast Walsh-Hadamard transform of the first or, in odd
 * rounds, last {@code 2^m <= D} components, and, unless those are all, a butterfly of the two halves of the vector (a
 * structured form of Kac's random walk, as in the RaBitQ library of Gao and others).
 */
public final class Rotation {
    private static final int ROUNDS = 4;
    private static final long SEED = 0x646F726D6F757365L;

    /** Dimensions are rounded up to a multiple of this. */
    private static final int UNIT = 64;

    /** Rotations that are kept; a thousandth dimension would rather be computed again than stay for ever. */
    private static final int KEPT_MAX = 64;

    private static final ConcurrentMap<Integer, Rotation> KEPT = new ConcurrentHashMap<>();

    private final int dimension;
    private final int window;
    /** For each round the signs, times what keeps the length over the transform and the butterfly. */
    private final float[][] weights;

    private Rotation(int dimension) {
        this.dimension = dimension;
        window = Integer.highestOneBit(dimension);
        weights = new float[ROUNDS][dimension];
        double butterfly = window < dimension ? Math.sqrt(0.5) : 1;
        double transform = 1 / Math.sqrt(window);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < dimension; i++) {
                boolean negative = (mix(SEED + round * 0x1_0000_0000L + (i >> 6)) >>> (i & 63) & 1) != 0;
                double scale = inWindow(round, i) ? butterfly * transform : butterfly;
                weights[round][i] = (float) (negative ? -scale : scale);
            }
        }
    }

    /** Components of a rotated vector: the dimension rounded up to a multiple of 64. */
    public static int paddedDimension(int dimension) {
        return (dimension + UNIT - 1) / UNIT * UNIT;
    }

    /** The rotation of vectors of this dimension. */
    public static Rotation of(int dimension) {
        int padded = paddedDimension(dimension);
        Rotation rotation = KEPT.get(padded);
        if (rotation == null) {
            if (KEPT.size() >= KEPT_MAX) {
                KEPT.clear();
            }
            rotation = new Rotation(padded);
            KEPT.put(padded, rotation);
        }
        return rotation;
    }

    /** Components of a rotated vector. */
    public int dimension() {
        return dimension;
    }

    /** Rotates a vector in place; its length and its angles with others stay. It is zero beyond its own dimension. */
    public void rotate(RotationKernels kernels, float[] vector) {
        for (int round = 0; round < ROUNDS; round++) {
            kernels.round(vector, weights[round], windowStart(round), window, dimension);
        }
    }

    private int windowStart(int round) {
        return (round & 1) == 0 ? 0 : dimension - window;
    }

    private boolean inWindow(int round, int i) {
        return i >= windowStart(round) && i < windowStart(round) + window;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mix(long seed) {
        long z = seed * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
