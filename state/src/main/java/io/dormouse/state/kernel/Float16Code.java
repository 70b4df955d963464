// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The fp16 code: IEEE 754 binary16 numbers, two bytes each, little-endian, and a power of two per row that is multiplied
 * to them. The scale brings the largest component to between 2^14 and 2^15 (2^15 itself is not used), so no finite vector is too large or too small
 * for the code, and halves are subnormal only where they hardly matter, 2^-29 below the largest.
 *
 * <p>A decoded component is off by at most {@code 2^-11} of itself, or by {@code 2^-39} of the row's largest component if
 * that is more, or by half the smallest float if that is more. Infinity and NaN never occur: an exponent of 31 is an
 * ordinary one to the decoder. It depends on the row alone, so a row can move between pages without being encoded again.
 */
public final class Float16Code {
    /** What a half that was put into the bits of a float must be multiplied with: the exponents count from 127, not 15. */
    public static final float REBIAS = 0x1p112f;

    private static final int MANTISSA_SHIFT = 13;
    private static final int HALF_NORMAL_MIN = 113 << 23;
    private static final int REBIAS_EXPONENT = 112 << 23;
    private static final int TOP_EXPONENT = 15;

    /** The largest half below 2^15, which times the scale of the largest float would be infinite. */
    private static final int HALF_MAX = 0x77FF;

    private Float16Code() {}

    /**
     * Encodes {@code dimension} finite floats, ties to even.
     *
     * @return the scale, a power of two
     */
    public static float encode(float[] vector, int dimension, byte[] out, int offset) {
        float max = 0;
        for (int i = 0; i < dimension; i++) {
            max = Math.max(max, Math.abs(vector[i]));
        }
        float scale = scale(max);
        double inverse = 1.0 / scale;
        for (int i = 0; i < dimension; i++) {
            LittleEndian.putShort(out, offset + i * Short.BYTES, half((float) (vector[i] * inverse)));
        }
        return scale;
    }

    /** Writes the approximate floats of one code. */
    public static void decode(byte[] codes, int offset, float scale, int dimension, float[] out) {
        for (int i = 0; i < dimension; i++) {
            out[i] = value(LittleEndian.getShort(codes, offset + i * Short.BYTES)) * scale;
        }
    }

    /** The number that a half stands for, exactly. */
    static float value(short half) {
        return biased(half) * REBIAS;
    }

    /** The half's bits as those of a float: the number it stands for, divided by {@link #REBIAS}. */
    static float biased(short half) {
        return Float.intBitsToFloat((half & 0x8000) << 16 | (half & 0x7FFF) << MANTISSA_SHIFT);
    }

    /** The power of two that brings the largest component to at most 2^15; 1 for a zero vector. */
    static float scale(float max) {
        if (max == 0) {
            return 1;
        }
        int exponent = Math.getExponent(max) + 1 - TOP_EXPONENT;
        return Math.scalb(1f, Math.max(exponent, Float.MIN_EXPONENT));
    }

    /** The half nearest to a float of at most 2^15. */
    private static short half(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7FFF_FFFF;
        if (magnitude < HALF_NORMAL_MIN) {
            return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24));
        }
        int tie = magnitude >>> MANTISSA_SHIFT & 1;
        int rounded = magnitude - REBIAS_EXPONENT + 0xFFF + tie >>> MANTISSA_SHIFT;
        return (short) (sign | Math.min(rounded, HALF_MAX));
    }
}
