// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ScanTimesTest {
    private final ScanTimes times = new ScanTimes(200);

    @Test
    void beforeThereAreSamplesATimeIsGuessedFromTheSizeOfARow() {
        assertThat(times.nanos(true, 300)).isBetween(1_000.0, 5_000.0);
        assertThat(times.nanos(false, 300)).isGreaterThan(10 * times.nanos(true, 300));
        assertThat(new ScanTimes(800).nanos(true, 300)).isGreaterThan(times.nanos(true, 300));
    }

    @Test
    void theLineOfTheSamplesIsFound() {
        Random random = new Random(1);
        for (int i = 0; i < 3_000; i++) {
            int rows = 20 + random.nextInt(400);
            times.sample(true, rows, Math.round(250 + 7 * rows + 50 * random.nextGaussian()));
        }
        assertThat(times.nanos(true, 0)).isCloseTo(250, within(40.0));
        assertThat(times.nanos(true, 400)).isCloseTo(250 + 7 * 400, within(60.0));
    }

    @Test
    void tiersAreTimedApart() {
        for (int i = 0; i < 1_000; i++) {
            times.sample(true, 100 + i % 100, 1_000);
            times.sample(false, 100 + i % 100, 90_000);
        }
        assertThat(times.nanos(true, 150)).isCloseTo(1_000, within(200.0));
        assertThat(times.nanos(false, 150)).isCloseTo(90_000, within(18_000.0));
    }

    @Test
    void aThreadThatLostItsProcessorHardlyCounts() {
        for (int i = 0; i < 3_000; i++) {
            int rows = 20 + i % 400;
            times.sample(true, rows, i % 500 == 499 ? 10_000_000 : 250 + 7 * rows);
        }
        assertThat(times.nanos(true, 200)).isBetween(1_600.0, 1_750.0);
    }

    @Test
    void anEarlySurpriseIsForgotten() {
        times.sample(true, 100, 50_000_000);
        for (int i = 0; i < 10_000; i++) {
            times.sample(true, 50 + i % 100, 1_000);
        }
        assertThat(times.nanos(true, 100)).isBetween(900.0, 5_000.0);
    }

    @Test
    void pagesOfOneSizeGiveALineThroughZero() {
        for (int i = 0; i < 1_000; i++) {
            times.sample(true, 200, 2_000);
        }
        assertThat(times.nanos(true, 200)).isCloseTo(2_000, within(20.0));
        assertThat(times.nanos(true, 100)).isCloseTo(1_000, within(20.0));
    }
}
