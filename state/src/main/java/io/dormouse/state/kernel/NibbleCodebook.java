// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * What the 16 values of a 4-bit code stand for: points of a few dimensions, the same for every part of a vector. Rotated
 * residuals are spread evenly over their components, so that one codebook made for the normal distribution suits all data
 * and nothing is trained. It is part of the stored format.
 */
public final class NibbleCodebook {
    /** Four dimensions: the signs of four components, bit i set for a positive one. */
    static final NibbleCodebook SIGNS = new NibbleCodebook(signs(), 0.603);

    /**
     * Two dimensions: the 16 points that are best on average for two independent standard normal numbers (k-means; the
     * mean squared error is 0.107 a dimension).
     */
    static final NibbleCodebook NORMAL = new NibbleCodebook(
            new float[] {
                0.226f, -0.996f, 1.578f, 0.763f, 1.885f, 1.367f, 0.394f, -0.894f, // the first dimension
                -0.127f, -0.686f, 0.844f, 0.148f, -1.861f, -0.882f, -1.777f, 0.012f, //
                -2.006f, -1.572f, 1.247f, 0.580f, -0.053f, -1.294f, 1.788f, 0.344f, // the second
                0.854f, -0.558f, -0.339f, -0.955f, 0.777f, 1.629f, -0.530f, -0.011f
            },
            0.31);

    /** No point of {@link #NORMAL} is farther from zero. */
    private static final float NORMAL_RADIUS = 2.02f;

    private final float[] points;
    private final int dimensions;
    private final double errorPerSlope;

    /**
     * @param points 16 values of the first dimension, then of the second, and so on
     * @param errorPerSlope standard error of a product with a code, as the share of the query's length that it usually is
     */
    private NibbleCodebook(float[] points, double errorPerSlope) {
        this.points = points;
        this.dimensions = points.length / NibbleTables.ENTRIES;
        this.errorPerSlope = errorPerSlope;
    }

    /** The codebook of a relative code. */
    public static NibbleCodebook of(Code code) {
        return switch (code) {
            case RABITQ -> SIGNS;
            case PQ -> NORMAL;
            default -> throw new IllegalArgumentException(code + " has no codebook; expected a relative code");
        };
    }

    private static float[] signs() {
        float[] points = new float[4 * NibbleTables.ENTRIES];
        for (int i = 0; i < points.length; i++) {
            points[i] = (i % NibbleTables.ENTRIES >> i / NibbleTables.ENTRIES & 1) != 0 ? 1 : -1;
        }
        return points;
    }

    /** Components that one 4-bit code stands for. */
    int dimensions() {
        return dimensions;
    }

    /** The points by dimension: 16 values of the first, then of the second. */
    float[] points() {
        return points;
    }

    /** The value of a code in one of its dimensions. */
    float value(int code, int dimension) {
        return points[dimension * NibbleTables.ENTRIES + code];
    }

    /** The usual ratio of the factors {@link Code#ERROR} and {@link Code#SLOPE}. */
    double errorPerSlope() {
        return errorPerSlope;
    }

    /** The point nearest to a group of components times a scale. */
    int nearest(float[] vector, int from, float scale) {
        return this == SIGNS ? signs(vector, from) : nearestOfTwo(vector, from, scale);
    }

    private static int signs(float[] v, int from) {
        int negative = Float.floatToRawIntBits(v[from]) >>> 31
                | Float.floatToRawIntBits(v[from + 1]) >>> 31 << 1
                | Float.floatToRawIntBits(v[from + 2]) >>> 31 << 2
                | Float.floatToRawIntBits(v[from + 3]) >>> 31 << 3;
        return negative ^ 15;
    }

    private int nearestOfTwo(float[] vector, int from, float scale) {
        float a = vector[from] * scale;
        float b = vector[from + 1] * scale;
        int best = 0;
        float bestDistance = Float.POSITIVE_INFINITY;
        for (int n = 0; n < NibbleTables.ENTRIES; n++) {
            float da = a - points[n];
            float db = b - points[NibbleTables.ENTRIES + n];
            float distance = da * da + db * db;
            if (distance < bestDistance) {
                best = n;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** For each group of components a number that no product of a point with it is beyond, in either direction. */
    void supports(float[] v, int groups, float[] out) {
        if (this == SIGNS) {
            for (int g = 0; g < groups; g++) {
                int at = 4 * g;
                out[g] = Math.abs(v[at]) + Math.abs(v[at + 1]) + Math.abs(v[at + 2]) + Math.abs(v[at + 3]);
            }
            return;
        }
        for (int g = 0; g < groups; g++) {
            float a = v[2 * g];
            float b = v[2 * g + 1];
            out[g] = NORMAL_RADIUS * (float) Math.sqrt(a * a + b * b);
        }
    }
}
