// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FixedShareProbesTest {
    private final ProbePlanner planner = new FixedShareProbes();

    @Test
    void aTargetOfOneProbesEveryPage() {
        assertThat(planner.pagesToRank(12_345, 1f, 10)).isEqualTo(12_345);
    }

    @Test
    void noMorePagesAreProbedThanThereAre() {
        for (int pages = 0; pages < 6; pages++) {
            assertThat(planner.pagesToRank(pages, 0.95f, 10))
                    .isEqualTo(Math.min(pages, planner.pagesToRank(pages, 1f, 10)));
        }
    }

    @Test
    void moreRecallOrMorePagesNeverProbeFewer() {
        int before = 0;
        for (float target = 0.05f; target <= 1f; target += 0.05f) {
            int probes = planner.pagesToRank(1_000, target, 10);
            assertThat(probes).isBetween(Math.max(1, before), 1_000);
            before = probes;
        }
        before = 0;
        for (int pages = 1; pages < 100_000; pages *= 3) {
            int probes = planner.pagesToRank(pages, 0.95f, 10);
            assertThat(probes).isBetween(Math.max(1, before), pages);
            before = probes;
        }
    }

    @Test
    void probesGrowWithTheRootOfThePages() {
        assertThat(planner.pagesToRank(1_000_000, 0.9f, 10)).isBetween(600, 1_200);
        assertThat(planner.pagesToRank(10_000, 0.9f, 10)).isBetween(60, 120);
    }
}
