// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NibbleCodebookTest {
    private static final int SAMPLES = 400_000;

    /** One more round of k-means over normal numbers moves none of the points: the codebook is what it says it is. */
    @Test
    void thePointsOfPqAreTheBestForNormalNumbers() {
        Random random = new Random(1);
        NibbleCodebook codebook = NibbleCodebook.NORMAL;
        double[][] sums = new double[NibbleTables.ENTRIES][2];
        int[] counts = new int[NibbleTables.ENTRIES];
        double error = 0;
        float[] sample = new float[2];
        for (int s = 0; s < SAMPLES; s++) {
            sample[0] = (float) random.nextGaussian();
            sample[1] = (float) random.nextGaussian();
            int nearest = codebook.nearest(sample, 0, 1);
            counts[nearest]++;
            for (int i = 0; i < 2; i++) {
                sums[nearest][i] += sample[i];
                error += Math.pow(sample[i] - codebook.value(nearest, i), 2);
            }
        }
        assertThat(error / SAMPLES / 2).isBetween(0.105, 0.109);
        for (int n = 0; n < NibbleTables.ENTRIES; n++) {
            for (int i = 0; i < 2; i++) {
                assertThat(Math.abs(sums[n][i] / counts[n] - codebook.value(n, i)))
                        .isLessThan(0.02);
            }
        }
    }

    @Test
    void theCodeOfRabitqIsTheSigns() {
        Random random = new Random(2);
        float[] vector = new float[8];
        for (int trial = 0; trial < 1_000; trial++) {
            for (int i = 0; i < 8; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            int code = NibbleCodebook.SIGNS.nearest(vector, 4, 1);
            for (int i = 0; i < 4; i++) {
                assertThat(NibbleCodebook.SIGNS.value(code, i)).isEqualTo(Math.signum(vector[4 + i]));
            }
        }
    }

    @Test
    void noProductIsBeyondTheSupport() {
        Random random = new Random(3);
        float[] vector = new float[64];
        float[] supports = new float[32];
        for (NibbleCodebook codebook : new NibbleCodebook[] {NibbleCodebook.SIGNS, NibbleCodebook.NORMAL}) {
            for (int trial = 0; trial < 1_000; trial++) {
                for (int i = 0; i < 64; i++) {
                    vector[i] = (float) random.nextGaussian();
                }
                int groups = 64 / codebook.dimensions();
                codebook.supports(vector, groups, supports);
                for (int g = 0; g < groups; g++) {
                    for (int n = 0; n < NibbleTables.ENTRIES; n++) {
                        double product = 0;
                        for (int i = 0; i < codebook.dimensions(); i++) {
                            product += codebook.value(n, i) * vector[g * codebook.dimensions() + i];
                        }
                        assertThat(Math.abs(product)).isLessThanOrEqualTo(supports[g] * 1.00001);
                    }
                }
            }
        }
    }
}
