// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private record Row(float bound, float margin, long row) {
        float upper() {
            return bound + 2 * margin;
        }
    }

    private static List<Row> offered(Candidates candidates, Random random, int rows) {
        List<Row> all = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            Row row = new Row(random.nextInt(400) / 4f, random.nextInt(20) / 4f, r);
            all.add(row);
            if (row.bound <= candidates.threshold()) {
                candidates.offer(row.bound, row.margin, row.row, r + 7);
            }
        }
        return all;
    }

    /** As many as the limit allows, from the least bound up, of those whose bound is not above k upper bounds. */
    @Test
    void theRowsThatMayBeAmongTheNearestComeInTheOrderOfTheirBounds() {
        Random random = new Random(1);
        Candidates candidates = new Candidates();
        for (int trial = 0; trial < 2_000; trial++) {
            int k = 1 + random.nextInt(8);
            int limit = k + random.nextInt(30);
            candidates.reset(k, limit, 1);
            List<Row> all = offered(candidates, random, random.nextInt(300));
            float allowed = all.size() < k
                    ? Float.POSITIVE_INFINITY
                    : all.stream().map(Row::upper).sorted().toList().get(k - 1);
            List<Float> expected = all.stream()
                    .filter(row -> row.bound <= allowed)
                    .sorted(Comparator.comparing(Row::bound))
                    .map(Row::bound)
                    .toList();
            candidates.order();
            int count = Math.min(limit, expected.size());
            assertThat(candidates.size()).isGreaterThanOrEqualTo(count);
            for (int i = 0; i < count; i++) {
                Row row = all.get((int) candidates.row());
                assertThat(candidates.bound()).isEqualTo(expected.get(i)).isEqualTo(row.bound);
                assertThat(candidates.estimate()).isEqualTo(row.bound + row.margin);
                assertThat(candidates.tag()).isEqualTo((int) row.row + 7);
                candidates.take();
            }
        }
    }

    @Test
    void itHoldsNoMoreThanTwiceItsLimit() {
        Candidates candidates = new Candidates();
        candidates.reset(1, 10, 1);
        for (int r = 0; r < 1_000; r++) {
            if (1_000 - r <= candidates.threshold()) {
                candidates.offer(1_000 - r, 2_000, r, 0);
            }
            assertThat(candidates.size()).isLessThanOrEqualTo(20);
        }
        candidates.order();
        assertThat(candidates.bound()).isEqualTo(1);
    }
}
