// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopKTest {
    private record Row(float distance, long row, int tag) {}

    @Test
    void keepsWhatSortingWouldKeep() {
        Random random = new Random(3);
        TopK top = new TopK(4);
        for (int trial = 0; trial < 2_000; trial++) {
            int k = 1 + random.nextInt(40);
            List<Row> rows = new ArrayList<>();
            top.reset(k);
            for (int i = random.nextInt(120); i > 0; i--) {
                Row row = new Row(random.nextInt(12), random.nextInt(50) - 25L, random.nextInt());
                boolean duplicate = rows.stream().anyMatch(r -> r.distance == row.distance && r.row == row.row);
                if (!duplicate) {
                    rows.add(row);
                    assertThat(top.offer(row.distance, row.row, row.tag))
                            .isEqualTo(nearest(rows, k).contains(row));
                }
                assertThat(top.threshold())
                        .isEqualTo(
                                rows.size() < k
                                        ? Float.POSITIVE_INFINITY
                                        : nearest(rows, k).get(k - 1).distance);
            }
            top.sort();
            assertThat(held(top)).isEqualTo(nearest(rows, k));
        }
    }

    private static List<Row> nearest(List<Row> rows, int k) {
        return rows.stream()
                .sorted(Comparator.comparingDouble(Row::distance).thenComparingLong(Row::row))
                .limit(k)
                .toList();
    }

    private static List<Row> held(TopK top) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < top.size(); i++) {
            rows.add(new Row(top.distance(i), top.row(i), top.tag(i)));
        }
        return rows;
    }

    @Test
    void refusesOffersOnceItIsSortedUntilItIsReset() {
        TopK top = new TopK(2);
        top.offer(1, 1, 1);
        top.sort();
        top.sort();
        assertThatThrownBy(() -> top.offer(0, 2, 2)).hasMessageContaining("reset");
        top.reset(2);
        assertThat(top.offer(0, 2, 2)).isTrue();
    }

    @Test
    void refusesToKeepNothing() {
        assertThatThrownBy(() -> new TopK(0)).hasMessage("top-k capacity is 0; expected at least 1");
        assertThatThrownBy(() -> new TopK(1).reset(-3)).hasMessage("k is -3; expected at least 1");
    }
}
