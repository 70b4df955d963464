// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import java.util.Arrays;

/**
 * A query as the fp16 kernels read it: even and odd components apart, because a register of halves is unpacked into those,
 * and each times a factor that saves an operation per component later. Zero beyond the dimension. Belongs to one thread, is
 * reused, and allocates only when a larger dimension comes.
 */
public final class Float16Query {
    /** Sign, five bits of exponent and ten of mantissa of a half whose upper end was shifted down by three, with its sign. */
    public static final int HALF_BITS = 0x8FFF_E000;

    /** Largest components between these are not scaled. */
    private static final float PLAIN_MIN = 0x1p-60f;

    private static final float PLAIN_MAX = 0x1p15f;

    private float[] evens = new float[0];
    private float[] odds = new float[0];
    private int[] evenBits = new int[0];
    private int[] oddBits = new int[0];
    private int dimension;
    private float scale;

    /** Takes a finite vector for inner products; its components are kept as {@code value / scale * REBIAS}. */
    public void setForDot(float[] vector, int dimension) {
        set(vector, dimension, Float16Code.REBIAS);
    }

    /** Takes a finite vector for squared distances; its components are kept as {@code -value / scale}. */
    public void setForSquaredL2(float[] vector, int dimension) {
        set(vector, dimension, -1);
    }

    private void set(float[] vector, int dimension, double factor) {
        int unit = VectorKernels.QUERY_PADDING;
        int padded = (dimension / 2 + unit) / unit * unit;
        if (evens.length < padded) {
            evens = new float[padded];
            odds = new float[padded];
            evenBits = new int[padded];
            oddBits = new int[padded];
        }
        this.dimension = dimension;
        scale = scale(vector, dimension);
        double multiplier = factor / scale;
        Arrays.fill(evenBits, 0, (dimension + 1) / 2, HALF_BITS);
        Arrays.fill(evenBits, (dimension + 1) / 2, padded, 0);
        Arrays.fill(oddBits, 0, dimension / 2, HALF_BITS);
        Arrays.fill(oddBits, dimension / 2, padded, 0);
        Arrays.fill(evens, dimension / 2, padded, 0);
        Arrays.fill(odds, dimension / 2, padded, 0);
        for (int i = 0; i < dimension; i++) {
            (i % 2 == 0 ? evens : odds)[i / 2] = (float) (vector[i] * multiplier);
        }
    }

    private static float scale(float[] vector, int dimension) {
        float max = 0;
        for (int i = 0; i < dimension; i++) {
            max = Math.max(max, Math.abs(vector[i]));
        }
        if (max == 0 || (max >= PLAIN_MIN && max <= PLAIN_MAX)) {
            return 1;
        }
        int exponent = Math.getExponent(max) + 1;
        return Math.scalb(1f, Math.max(Math.min(exponent, Float.MAX_EXPONENT), Float.MIN_EXPONENT));
    }

    public int dimension() {
        return dimension;
    }

    /** What the components were divided by: a power of two. */
    public float scale() {
        return scale;
    }

    /** Components 0, 2, 4 and so on, zero padded to a multiple of 16. */
    public float[] evens() {
        return evens;
    }

    /** Components 1, 3, 5 and so on, zero padded to a multiple of 16. */
    public float[] odds() {
        return odds;
    }

    /** {@link #HALF_BITS} for each even component, then zeros: what a squared distance keeps of a row. */
    public int[] evenBits() {
        return evenBits;
    }

    /** {@link #HALF_BITS} for each odd component, then zeros. */
    public int[] oddBits() {
        return oddBits;
    }
}
