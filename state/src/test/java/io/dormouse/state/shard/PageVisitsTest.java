// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PageVisitsTest {
    private final PageVisits visits = new PageVisits();

    private List<String> arranged() {
        visits.arrange();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < visits.count(); i++) {
            all.add(visits.run(i) + "@" + visits.rank(i));
        }
        return all;
    }

    @Test
    void aQueryAloneVisitsItsPagesFromTheNearestOn() {
        visits.add(90, 0, 0);
        visits.add(7, 1, 0);
        visits.add(40, 2, 0);
        assertThat(arranged()).containsExactly("0@0", "0@1", "0@2");
    }

    @Test
    void aPageIsVisitedByAllItsQueriesWhenTheNearestOfThemComesToIt() {
        visits.add(5, 0, 0);
        visits.add(6, 1, 0);
        visits.add(7, 2, 0);
        visits.add(7, 0, 1);
        visits.add(8, 1, 1);
        visits.add(5, 2, 1);
        assertThat(arranged()).containsExactly("0@0", "1@2", "1@0", "0@2", "0@1", "1@1");
    }

    @Test
    void itIsEmptyAfterAReset() {
        visits.add(5, 0, 0);
        visits.reset();
        assertThat(arranged()).isEmpty();
    }

    @Test
    void everyVisitIsMadeOnceAndThoseOfAPageFollowEachOther() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            visits.reset();
            Map<String, Integer> expected = new HashMap<>();
            for (int run = 0; run < PageVisits.RUNS_MAX; run++) {
                Set<Integer> pages = new HashSet<>();
                for (int rank = 0; rank < random.nextInt(60); rank++) {
                    int page = random.nextInt(3) == 0 ? Integer.MAX_VALUE - random.nextInt(40) : random.nextInt(200);
                    if (pages.add(page)) {
                        visits.add(page, rank, run);
                        expected.put(run + "@" + rank, page);
                    }
                }
            }
            List<String> arranged = arranged();
            assertThat(arranged).containsExactlyInAnyOrderElementsOf(expected.keySet());
            Set<Integer> left = new HashSet<>();
            for (int i = 1; i < arranged.size(); i++) {
                int before = expected.get(arranged.get(i - 1));
                int page = expected.get(arranged.get(i));
                if (page != before) {
                    left.add(before);
                    assertThat(left).doesNotContain(page);
                }
            }
        }
    }
}
