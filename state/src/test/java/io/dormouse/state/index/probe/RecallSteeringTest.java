// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class RecallSteeringTest {
    private final RecallSteering steering = new RecallSteering();
    private final SplittableRandom random = new SplittableRandom(11);

    /** Runs queries whose mean recall follows from what was planned, and returns that mean at the end. */
    private double settled(double asked, DoubleUnaryOperator recallOfPlan, int samples) {
        for (int i = 0; i < samples; i++) {
            double mean = recallOfPlan.applyAsDouble(steering.planned(asked));
            int found = 0;
            for (int j = 0; j < 10; j++) {
                found += random.nextDouble() < mean ? 1 : 0;
            }
            steering.add(asked, found / 10.0);
        }
        return recallOfPlan.applyAsDouble(steering.planned(asked));
    }

    @Test
    void withoutSamplesWhatWasAskedForIsPlanned() {
        assertThat(steering.planned(0.95)).isCloseTo(0.95, within(1e-12));
    }

    @Test
    void aPlannerThatMissesThreeTimesTooMuchIsCorrected() {
        assertThat(settled(0.95, plan -> 1 - 3 * (1 - plan), 1_000)).isBetween(0.935, 0.965);
    }

    @Test
    void aPlannerThatFindsTooMuchIsHeldBackOnlySoFar() {
        assertThat(settled(0.9, plan -> 1 - 0.7 * (1 - plan), 2_000)).isBetween(0.88, 0.92);
        settled(0.8, plan -> 1, 5_000);
        assertThat(steering.planned(0.8)).isCloseTo(1 - 0.2 * Math.exp(-RecallSteering.OFFSET_MIN), within(1e-6));
    }

    @Test
    void aPlannerThatCannotDoItEndsAtTheBound() {
        settled(0.9, plan -> 0.5, 5_000);
        assertThat(steering.planned(0.9)).isCloseTo(1 - 0.1 * Math.exp(-RecallSteering.OFFSET_MAX), within(1e-6));
    }

    @Test
    void itRestsWhileTheTargetIsMet() {
        int steps = 0;
        for (int i = 0; i < 2_000; i++) {
            steps += steering.add(0.9, i % 10 == 0 ? 0 : 1) ? 1 : 0;
        }
        assertThat(steps).isZero();
    }

    @Test
    void aFewLuckyAnswersRelaxNothing() {
        for (int i = 0; i < 127; i++) {
            assertThat(steering.add(0.9, 1)).isFalse();
        }
        assertThat(steering.add(0.9, 1)).isTrue();
        assertThat(steering.planned(0.9)).isBetween(0.79, 0.9);
    }

    @Test
    void tooManyMissesAreMendedSoon() {
        for (int i = 0; i < 32; i++) {
            steering.add(0.96, i % 4 == 0 ? 0.6 : 1);
        }
        assertThat(steering.planned(0.96)).isGreaterThan(0.97);
    }

    @Test
    void oneLevelOfTargetDoesNotMoveAnother() {
        settled(0.95, plan -> 0.5, 500);
        assertThat(steering.planned(0.8)).isCloseTo(0.8, within(1e-12));
        assertThat(steering.planned(0.95)).isGreaterThan(0.97);
        assertThat(steering.planned(0.952)).isGreaterThan(steering.planned(0.95));
    }

    @Test
    void everyTargetHasALevel() {
        assertThat(RecallSteering.level(0)).isZero();
        assertThat(RecallSteering.level(0.99999)).isEqualTo(RecallSteering.LEVELS - 1);
        assertThat(RecallSteering.level(0.95)).isNotEqualTo(RecallSteering.level(0.98));
    }
}
