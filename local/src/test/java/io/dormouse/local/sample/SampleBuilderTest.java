// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SampleBuilderTest {
    @Test
    void papersAreSpreadEvenlyAroundTheChosenOnes() {
        BitSet chosen = new BitSet();
        chosen.set(3);
        chosen.set(997);

        SampleBuilder.fillEvenly(chosen, 1_000, 202);

        assertThat(chosen.cardinality()).isEqualTo(202);
        assertThat(chosen.get(3) && chosen.get(997)).isTrue();
        for (int from = 0; from < 1_000; from += 100) {
            assertThat(chosen.get(from, from + 100).cardinality()).isBetween(19, 22);
        }
    }

    @Test
    void moreThanThereAreIsAllThereAre() {
        BitSet chosen = new BitSet();

        SampleBuilder.fillEvenly(chosen, 10, 99);

        assertThat(chosen.cardinality()).isEqualTo(10);
    }

    @Test
    void theDirectionThatVectorsLackIsFound() {
        Random random = new Random(7);
        double[] lacking = {0.6, 0, 0.8, 0};
        float[][] vectors = new float[100][4];
        for (float[] vector : vectors) {
            double[] any = random.doubles(4, -1, 1).toArray();
            double along = any[0] * lacking[0] + any[2] * lacking[2];
            for (int d = 0; d < 4; d++) {
                vector[d] = (float) (any[d] - along * lacking[d]);
            }
        }

        double[] found = OrthogonalDirection.of(vectors);

        double cosine = found[0] * lacking[0] + found[2] * lacking[2];
        assertThat(Math.abs(cosine)).isCloseTo(1, within(1e-6));
    }
}
