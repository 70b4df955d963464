// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecallEstimateTest {
    @Test
    void withoutSamplesNothingIsKnown() {
        RecallEstimate estimate = new RecallEstimate(100);
        assertThat(estimate.mean()).isNaN();
        assertThat(estimate.lowerBound()).isZero();
        assertThat(estimate.upperBound()).isEqualTo(1);
    }

    @Test
    void aPerfectRecordStillLeavesRoomForDoubt() {
        RecallEstimate estimate = new RecallEstimate(1e9);
        for (int i = 0; i < 100; i++) {
            estimate.add(1);
        }
        assertThat(estimate.mean()).isEqualTo(1);
        assertThat(estimate.upperBound()).isCloseTo(1, within(1e-9));
        // Wilson: n / (n + z^2)
        assertThat(estimate.lowerBound()).isCloseTo(100 / (100 + 1.96 * 1.96), within(1e-6));
    }

    @Test
    void theIntervalHoldsTheTrueRecallAboutAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(3);
        int held = 0;
        int runs = 2_000;
        for (int run = 0; run < runs; run++) {
            RecallEstimate estimate = new RecallEstimate(1e9);
            for (int i = 0; i < 150; i++) {
                // a tenth of the queries is hard: they lose their neighbours together
                estimate.add(random.nextInt(10) == 0 ? 0.55 : 1);
            }
            held += estimate.lowerBound() <= 0.955 && 0.955 <= estimate.upperBound() ? 1 : 0;
        }
        assertThat(held / (double) runs).isBetween(0.92, 0.985);
    }

    @Test
    void oldSamplesFade() {
        RecallEstimate estimate = new RecallEstimate(50);
        for (int i = 0; i < 500; i++) {
            estimate.add(0.2);
        }
        for (int i = 0; i < 500; i++) {
            estimate.add(0.9);
        }
        assertThat(estimate.mean()).isCloseTo(0.9, within(0.001));
        assertThat(estimate.queries()).isCloseTo(50 / Math.log(2), within(1.0));
    }
}
