// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class BatchSizeProperties {
    private static final long BUDGET = 2_000_000;

    @Property(tries = 200)
    void whateverBatchesTakeTheLimitIsBounded(@ForAll long seed) {
        Random random = new Random(seed);
        BatchSize size = new BatchSize(1 + random.nextInt(10_000_000));
        for (int i = 0; i < 300; i++) {
            size.took(1 + random.nextInt(size.limit()), random.nextLong(20_000_000));
            assertThat(size.limit()).isBetween(BatchSize.MIN, BatchSize.MAX);
        }
    }

    /** Queries that each cost the same, always more of them waiting: no batch overruns for long, none is far too small. */
    @Property(tries = 200)
    void underLoadBatchesComeToFillTheirBudget(
            @ForAll @LongRange(min = 1_000, max = 1_500_000) long nanosPerQuery,
            @ForAll @IntRange(min = 0, max = 500_000) int nanosPerBatch) {
        BatchSize size = new BatchSize(BUDGET);
        for (int i = 0; i < 30; i++) {
            size.took(size.limit(), nanosPerBatch + size.limit() * nanosPerQuery);
        }
        long overruns = 0;
        for (int i = 0; i < 30; i++) {
            long nanos = nanosPerBatch + size.limit() * nanosPerQuery;
            overruns += nanos > BUDGET && size.limit() > 1 ? 1 : 0;
            boolean grows = nanos < 0.7 * BUDGET;
            size.took(size.limit(), nanos);
            assertThat(!grows || size.limit() == BatchSize.MAX || size.limit() * nanosPerQuery > 0.3 * BUDGET)
                    .isTrue();
        }
        assertThat(overruns).isLessThanOrEqualTo(20);
    }
}
