// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SampleBudgetTest {
    private static final long FIRST = 512 << 20;

    private long nowMillis = 1_000_000_000;

    private SampleBudget ofShare(double share) {
        return new SampleBudget(share, () -> nowMillis);
    }

    @Test
    void aShareOfZeroAllowsNoSample() {
        SampleBudget budget = ofShare(0);
        nowMillis += 1_000_000;
        assertThat(budget.allows()).isFalse();
    }

    @Test
    void aNewOperatorMayLookAtMoreThanItCouldSaveUp() {
        SampleBudget budget = ofShare(0.01);
        budget.spend(FIRST - 1);
        assertThat(budget.allows()).isTrue();
        budget.spend(1);
        assertThat(budget.allows()).isFalse();
    }

    @Test
    void debtIsPaidOffByTime() {
        SampleBudget budget = ofShare(0.01);
        budget.spend(FIRST);
        budget.spend(20 << 20);
        assertThat(budget.allows()).isFalse();
        nowMillis += 970;
        assertThat(budget.allows()).isFalse();
        nowMillis += 60;
        assertThat(budget.allows()).isTrue();
    }

    @Test
    void idleTimeIsNotSavedUpWithoutBound() {
        SampleBudget budget = ofShare(1);
        budget.spend(FIRST);
        nowMillis += 1_000_000_000;
        assertThat(budget.allows()).isTrue();
        budget.spend((64 << 20) + 1);
        assertThat(budget.allows()).isFalse();
    }

    @Test
    void aClockThatGoesBackTakesNothing() {
        SampleBudget budget = ofShare(0.01);
        nowMillis = 0;
        assertThat(budget.allows()).isTrue();
    }

    @Test
    void aShareBeyondOneIsRefused() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new RecallSampling(share, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("choose 0 (off) to 1");
        }
    }
}
