// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries answered together get the answers that they get one by one. */
class BatchSearchTest {
    private static final int DIMENSION = 24;
    private static final int ITEMS = 600;

    private static TestShard shard(Code code) {
        TestShard shard = TestShard.of(DIMENSION, Metric.L2, code);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        for (int i = 0; i < ITEMS; i += 7) {
            shard.delete("i" + i);
        }
        shard.runAllSteps();
        return shard;
    }

    private static List<SearchRequest> requests(int count) {
        List<SearchRequest> requests = new ArrayList<>();
        for (int q = 0; q < count; q++) {
            float recallTarget = q % 3 == 0 ? Float.NaN : q % 3 == 1 ? 1f : 0.8f;
            requests.add(new SearchRequest(
                    TestShard.bytes(TestShard.vector(10_000 + q, DIMENSION)),
                    1 + q % 7,
                    recallTarget,
                    q % 2 == 0,
                    true));
        }
        return requests;
    }

    private static List<SearchAnswer> together(TestShard shard, List<SearchRequest> requests) {
        shard.awake();
        return shard.memory.search(TestShard.KEY, requests);
    }

    private static List<SearchAnswer> oneByOne(TestShard shard, List<SearchRequest> requests) {
        List<SearchAnswer> answers = new ArrayList<>();
        for (SearchRequest request : requests) {
            answers.addAll(together(shard, List.of(request)));
        }
        return answers;
    }

    private static void assertSame(List<SearchAnswer> together, List<SearchAnswer> oneByOne) {
        assertThat(together).hasSameSizeAs(oneByOne);
        for (int q = 0; q < together.size(); q++) {
            SearchAnswer batched = together.get(q);
            SearchAnswer alone = oneByOne.get(q);
            assertThat(batched.hits())
                    .extracting(hit -> hit.item().id())
                    .as("query %s", q)
                    .containsExactlyElementsOf(
                            alone.hits().stream().map(hit -> hit.item().id()).toList());
            assertThat(batched.hits())
                    .extracting(SearchAnswer.Hit::score)
                    .containsExactlyElementsOf(
                            alone.hits().stream().map(SearchAnswer.Hit::score).toList());
            assertThat(batched.rowsScored()).isEqualTo(alone.rowsScored());
            assertThat(batched.pagesHot() + batched.pagesWarm()).isEqualTo(alone.pagesHot() + alone.pagesWarm());
            assertThat(batched.damagedPages()).isEqualTo(alone.damagedPages());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void theyGetTheSameHitsScoresAndCosts(Code code) {
        TestShard shard = shard(code);
        List<SearchRequest> requests = requests(30);
        assertSame(together(shard, requests), oneByOne(shard, requests));
    }

    @Test
    void moreQueriesThanGoTogetherAreAllAnsweredInTheirOrder() {
        TestShard shard = shard(Code.INT8);
        List<SearchRequest> requests = requests(2 * PageVisits.RUNS_MAX + 5);
        assertSame(together(shard, requests), oneByOne(shard, requests));
    }

    @Test
    void aPageIsReadOnceForAllQueriesThatProbeIt() {
        TestShard shard = shard(Code.INT8).reopened();
        int pages = shard.awake().pages();
        List<SearchRequest> all = new ArrayList<>();
        for (SearchRequest request : requests(12)) {
            all.add(new SearchRequest(request.vector(), 3, 1f, false, true));
        }
        List<SearchAnswer> answers = together(shard, all);
        assertThat(answers.stream().mapToInt(SearchAnswer::pagesWarm).sum()).isEqualTo(pages);
        assertThat(answers.stream().mapToInt(SearchAnswer::pagesHot).sum()).isEqualTo(11 * pages);
    }

    @Test
    void queriesThatWouldReadManyPagesGoInSeveralSteps() {
        TestShard shard = shard(Code.INT8).reopened();
        List<SearchRequest> all = new ArrayList<>();
        for (SearchRequest request : requests(30)) {
            all.add(new SearchRequest(request.vector(), 3, 1f, false, true));
        }
        int pages = shard.awake().pages();
        List<SearchAnswer> answers = new ArrayList<>();
        shard.awake().search(all, answers);
        assertThat((answers.size() - 1) * pages).isLessThanOrEqualTo(256);
        assertThat(answers.size() * pages).isGreaterThan(256);
        shard.awake().search(all.subList(answers.size(), all.size()), answers);
        assertThat(answers).hasSize(30);
    }

    @Test
    void aDamagedPageIsCountedByEveryQueryThatWouldHaveScannedIt() {
        TestShard shard = shard(Code.INT8).reopened();
        shard.store.select(TestShard.KEY);
        long page = shard.store.blocks().keySet().stream()
                .filter(key -> key >>> 56 == BlockKind.SCAN.id() && (key & BlockKey.SEQUENCE_MAX) == 0)
                .findFirst()
                .orElseThrow();
        shard.store.blocks().put(page, new byte[5]);
        List<SearchRequest> all = requests(9).stream()
                .map(request -> new SearchRequest(request.vector(), 3, 1f, false, true))
                .toList();
        assertThat(together(shard, all)).allMatch(answer -> answer.damagedPages() == 1);
    }
}
