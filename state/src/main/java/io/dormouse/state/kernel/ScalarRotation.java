// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/** The steps of a rotation in plain Java. */
final class ScalarRotation implements RotationKernels {
    @Override
    public void hadamard(float[] vector, int from, int count) {
        for (int half = 1; half < count; half *= 2) {
            for (int i = from; i < from + count; i += 2 * half) {
                butterflies(vector, i, half);
            }
        }
    }

    @Override
    public void multiply(float[] vector, float[] weights, int count) {
        for (int i = 0; i < count; i++) {
            vector[i] *= weights[i];
        }
    }

    @Override
    public void mixHalves(float[] vector, int count) {
        butterflies(vector, 0, count / 2);
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
