// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
    private static float[] rotated(float[] vector, int dimension) {
        float[] out = new float[Rotation.paddedDimension(dimension)];
        System.arraycopy(vector, 0, out, 0, vector.length);
        Rotation.of(dimension).rotate(Kernels.best().rotation(), out);
        return out;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 100, 128, 200, 384, 784, 1536})
    void lengthsAndAnglesStay(int dimension) {
        Random random = new Random(dimension);
        float[] a = new float[dimension];
        float[] b = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            a[i] = (float) random.nextGaussian();
            b[i] = (float) random.nextGaussian();
        }
        double tolerance = 1e-5 * dimension;
        assertThat(dot(rotated(a, dimension), rotated(a, dimension))).isCloseTo(dot(a, a), within(tolerance));
        assertThat(dot(rotated(a, dimension), rotated(b, dimension))).isCloseTo(dot(a, b), within(tolerance));
    }

    /** Vectors along an axis, of equal components and of a few, which signs alone could not tell apart. */
    @ParameterizedTest
    @ValueSource(ints = {64, 192, 384, 784, 1536})
    void whateverAVectorIsLikeItsComponentsEndUpAlike(int dimension) {
        for (int kind = 0; kind < 20; kind++) {
            float[] vector = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                vector[i] = kind == 0 ? 1 : i % 19 == kind - 1 ? kind : 0;
            }
            float[] out = rotated(vector, dimension);
            double meanSquare = dot(out, out) / out.length;
            double fourth = 0;
            double half = 0;
            for (int i = 0; i < out.length; i++) {
                fourth += Math.pow(out[i] * out[i] / meanSquare, 2) / out.length;
                half += i < out.length / 2 ? out[i] * out[i] : 0;
            }
            assertThat(fourth).as("kurtosis of kind %d, normally 3", kind).isLessThan(6);
            assertThat(half / dot(out, out)).as("share of the first half").isBetween(0.2, 0.8);
        }
    }

    /** Stored codes depend on it: the same numbers in every version and on every machine. */
    @ParameterizedTest
    @CsvSource({"64, 644667393", "200, -1547374335", "784, 1640772801"})
    void theRotationOfADimensionNeverChanges(int dimension, int hash) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (31 * i % 97 - 48) / 8f;
        }
        assertThat(Arrays.hashCode(rotated(vector, dimension))).isEqualTo(hash);
    }
}
