// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** Keeps distances finite: what overflowed a float is computed again in double and clamped to the largest float. */
final class Distances {
    private Distances() {}

    /** A squared distance from a kernel. Its terms are never negative, so all that can happen is that it overflows. */
    static float finiteSquaredL2(float squaredL2) {
        return Math.min(squaredL2, Float.MAX_VALUE);
    }

    /** An inner product that a kernel took of the float32 row at an offset. */
    static float finiteDot(float dot, byte[] rows, int at, QueryVector query) {
        if (Math.abs(dot) <= Float.MAX_VALUE) {
            return dot;
        }
        float[] values = query.values();
        double precise = 0;
        for (int i = 0; i < query.dimension(); i++) {
            precise += (double) LittleEndian.getFloat(rows, at + i * Float.BYTES) * values[i];
        }
        return clamp(precise);
    }

    static float clamp(double distance) {
        return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, distance));
    }
}
