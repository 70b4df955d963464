// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** The rounds of a rotation in plain Java. */
final class ScalarRotation implements RotationKernels {
    @Override
    public void round(float[] vector, float[] weights, int from, int window, int count) {
        for (int i = 0; i < count; i++) {
            vector[i] *= weights[i];
        }
        for (int half = 1; half < window; half *= 2) {
            for (int i = from; i < from + window; i += 2 * half) {
                butterflies(vector, i, half);
            }
        }
        if (window < count) {
            butterflies(vector, 0, count / 2);
        }
    }

    private static void butterflies(float[] v, int from, int half) {
        for (int i = from; i < from + half; i++) {
            float a = v[i];
            float b = v[i + half];
            v[i] = a + b;
            v[i + half] = a - b;
        }
    }
}
