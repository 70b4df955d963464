// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BatchSizeTest {
    private static final long BUDGET = 2_000_000;

    private final BatchSize size = new BatchSize(BUDGET);

    private void fullBatch(double utilisation) {
        size.took(size.limit(), Math.round(utilisation * BUDGET));
    }

    @Test
    void aFullBatchBelow70PercentRaisesTheLimitByHalf() {
        assertThat(size.limit()).isEqualTo(16);
        fullBatch(0.69);
        assertThat(size.limit()).isEqualTo(24);
        assertThat(size.utilisation()).isCloseTo(0.69, within(1e-6));
        fullBatch(0.1);
        assertThat(size.limit()).isEqualTo(36);
    }

    @Test
    void aBatchAbove95PercentLowersItByAFifthFullOrNot() {
        fullBatch(0.96);
        assertThat(size.limit()).isEqualTo(12);
        size.took(1, 3 * BUDGET);
        assertThat(size.limit()).isEqualTo(10);
        assertThat(size.utilisation()).isEqualTo(3);
    }

    @Test
    void betweenThemTheLimitStays() {
        for (double utilisation : new double[] {0.7, 0.8, 0.95}) {
            fullBatch(utilisation);
            assertThat(size.limit()).isEqualTo(16);
        }
    }

    @Test
    void aBatchThatIsNotFullRaisesNothing() {
        size.took(15, 1);
        assertThat(size.limit()).isEqualTo(16);
        size.took(16, 1);
        assertThat(size.limit()).isEqualTo(24);
    }

    @Test
    void theLimitStaysBetween1And64AndFindsItsWayBack() {
        for (int i = 0; i < 100; i++) {
            fullBatch(5);
        }
        assertThat(size.limit()).isEqualTo(BatchSize.MIN);
        for (int i = 0; i < 100; i++) {
            fullBatch(0);
        }
        assertThat(size.limit()).isEqualTo(BatchSize.MAX);
    }

    @Test
    void aBudgetOfNothingIsRefused() {
        assertThatThrownBy(() -> new BatchSize(0))
                .hasMessage("the budget of a batch is 0 ns; expected at least 1: raise query.batch-budget");
    }
}
