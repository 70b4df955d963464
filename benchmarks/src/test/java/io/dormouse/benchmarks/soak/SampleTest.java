// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void growthIsOfTheLastQuarterBySecondAndTheWarmUpDoesNotCount() {
        assertThat(Sample.growth(heaps(1, 1, 10, 10, 12, 12, 15, 15), Sample::heapBytes))
                .isCloseTo(1.5, within(1e-9));
        assertThat(Sample.growth(heaps(50, 50, 10, 10, 10, 10, 10, 10), Sample::heapBytes))
                .isCloseTo(1, within(1e-9));
    }

    private static List<Sample> heaps(long... bytes) {
        List<Sample> samples = new ArrayList<>();
        for (long each : bytes) {
            samples.add(new Sample(samples.size(), each, 0, 0, 0, 0));
        }
        return samples;
    }
}
