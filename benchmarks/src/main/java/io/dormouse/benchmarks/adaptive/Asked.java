// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.adaptive;

import io.dormouse.benchmarks.data.HeapMemory;
import io.dormouse.local.data.ExactSearch;
import io.dormouse.state.shard.SearchAnswer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Queries with their true neighbours, and what they cost and found when they were asked in some way. */
final class Asked {
    static final int K = 10;

    private final List<float[]> queries;
    private final List<Set<String>> truth = new ArrayList<>();

    /** What all queries together probed and found. */
    record Sum(long pages, long found, int queries) {
        static final Sum NONE = new Sum(0, 0, 0);

        Sum plus(Sum other) {
            return new Sum(pages + other.pages, found + other.found, queries + other.queries);
        }

        double meanPages() {
            return pages / (double) queries;
        }

        double recall() {
            return found / (double) (K * queries);
        }
    }

    Asked(List<float[]> queries, ExactSearch exact) {
        this.queries = queries;
        for (float[] query : queries) {
            Set<String> ids = new HashSet<>();
            for (int row : exact.topK(query, K)) {
                ids.add(Integer.toString(row));
            }
            truth.add(ids);
        }
    }

    Sum of(HeapMemory memory, float recallTarget) {
        long pages = 0;
        long found = 0;
        for (int q = 0; q < queries.size(); q++) {
            SearchAnswer answer = memory.search(HeapMemory.bytes(queries.get(q)), K, recallTarget);
            pages += answer.pagesHot() + answer.pagesWarm();
            Set<String> expected = truth.get(q);
            found += answer.hits().stream()
                    .filter(hit -> expected.contains(hit.item().id()))
                    .count();
        }
        return new Sum(pages, found, queries.size());
    }
}
