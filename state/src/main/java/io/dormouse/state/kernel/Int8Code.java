// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The int8 code: {@code code = round(v * 127 / max|v|)}, ties to even, so that every value lies in -127..127 and is off by
 * at most half a step. It depends on the row alone, so a row can move between pages without being encoded again.
 */
public final class Int8Code {
    private static final int STEPS = 127;

    private Int8Code() {}

    /**
     * Encodes {@code dimension} finite floats.
     *
     * @return the scale: the value of one step, 0 for a zero vector
     */
    public static float encode(float[] vector, int dimension, byte[] out, int offset) {
        float max = 0;
        for (int i = 0; i < dimension; i++) {
            max = Math.max(max, Math.abs(vector[i]));
        }
        // In double: 127 / max overflows a float when max is denormal.
        double stepsPerUnit = max == 0 ? 0 : STEPS / (double) max;
        for (int i = 0; i < dimension; i++) {
            out[offset + i] = (byte) (int) Math.rint(vector[i] * stepsPerUnit);
        }
        return max / STEPS;
    }

    /** Writes the approximate floats of one code. */
    public static void decode(byte[] codes, int offset, float scale, int dimension, float[] out) {
        for (int i = 0; i < dimension; i++) {
            out[i] = codes[offset + i] * scale;
        }
    }
}
