// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * What the 16 values of a 4-bit code stand for: points of a few dimensions, the same for every part of a vector. Rotated
 * residuals are spread evenly over their components, so that one codebook made for the normal distribution suits all data
 * and nothing is trained. It is part of the stored format.
 */
final class NibbleCodebook {
    /** Four dimensions: the signs of four components, bit i set for a positive one. */
    static final NibbleCodebook SIGNS = new NibbleCodebook(signs(), 0.603);

    private final float[][] points;
    private final int dimensions;
    private final double errorPerSlope;

    /** @param errorPerSlope standard error of a product with a code as the share of the query's length that it usually is */
    private NibbleCodebook(float[][] points, double errorPerSlope) {
        this.points = points;
        this.dimensions = points[0].length;
        this.errorPerSlope = errorPerSlope;
    }

    /** The codebook of a relative code. */
    static NibbleCodebook of(Code code) {
        return switch (code) {
            case RABITQ -> SIGNS;
            default -> throw new IllegalArgumentException(code + " has no codebook; expected a relative code");
        };
    }

    private static float[][] signs() {
        float[][] points = new float[NibbleTables.ENTRIES][4];
        for (int n = 0; n < points.length; n++) {
            for (int i = 0; i < 4; i++) {
                points[n][i] = (n >> i & 1) != 0 ? 1 : -1;
            }
        }
        return points;
    }

    /** The usual ratio of the factors {@link Code#ERROR} and {@link Code#SLOPE}. */
    double errorPerSlope() {
        return errorPerSlope;
    }

    /** The value of a code in one of its dimensions. */
    float value(int code, int dimension) {
        return points[code][dimension];
    }

    /** Components that one 4-bit code stands for. */
    int dimensions() {
        return dimensions;
    }

    /** The point nearest to some components times a scale. */
    int nearest(float[] vector, int from, float scale) {
        int best = 0;
        float bestDistance = Float.POSITIVE_INFINITY;
        for (int n = 0; n < points.length; n++) {
            float distance = 0;
            for (int i = 0; i < dimensions; i++) {
                float d = vector[from + i] * scale - points[n][i];
                distance += d * d;
            }
            if (distance < bestDistance) {
                best = n;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Writes the products of all points with each group of components: 16 values for each code of a row. */
    void products(float[] vector, int count, float[] out) {
        for (int group = 0; group < count / dimensions; group++) {
            for (int n = 0; n < NibbleTables.ENTRIES; n++) {
                float product = 0;
                for (int i = 0; i < dimensions; i++) {
                    product += points[n][i] * vector[group * dimensions + i];
                }
                out[group * NibbleTables.ENTRIES + n] = product;
            }
        }
    }
}
