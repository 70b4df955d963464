// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.after;
import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.erase;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.state.kernel.Kernels;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Queries that queue are answered together, whenever they should be and never later. */
class QueryBatchTest {
    private static final int BATCH_START = 16;

    private static MemoryHarness started() throws Exception {
        MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings());
        memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
        return memory;
    }

    private static ShardRecord question(int i) {
        return ask(query("q" + i, "docs", 5, 1, 0), 0, 1, 0);
    }

    private static ShardRecord waiting(int i, long offset) {
        return ask(query("q" + i, "docs", 5, 1, 0).setAfter(List.of(after(0, offset))), 0, 1, 0);
    }

    @Test
    void aQueryThatComesAloneIsAnsweredByTheNextMailButOne() throws Exception {
        try (MemoryHarness memory = started()) {
            memory.send(question(1));
            assertThat(memory.runMail()).isTrue();
            assertThat(memory.answered()).isEmpty();
            assertThat(memory.runMail()).isTrue();
            assertThat(memory.answered()).hasSize(1);
            assertThat(memory.runMail()).isFalse();
        }
    }

    @Test
    void aBatchGrowsAsLongAsMailsFindMoreQueriesAndOneWriteBetweenThem() throws Exception {
        try (MemoryHarness memory = started()) {
            for (int i = 0; i < 5; i++) {
                memory.send(question(i));
                memory.runMail();
                memory.send(ingest(upsert("docs", "b", 1, 0), 0, 2 + i));
                memory.runMail();
                assertThat(memory.answered()).isEmpty();
            }
            memory.send(ingest(upsert("docs", "c", 1, 0), 0, 7));
            memory.runMail();
            assertThat(memory.answered())
                    .extracting(QueryResult::getQueryId)
                    .containsExactly("q0", "q1", "q2", "q3", "q4");
            assertThat(memory.histogram("queryBatchSize").getMax()).isEqualTo(5);
        }
    }

    @Test
    void theTimeOfABatchCountsFromItsFirstQuery() throws Exception {
        try (MemoryHarness memory = started()) {
            memory.send(question(1));
            Thread.sleep(5);
            assertThat(memory.answers()).hasSize(1);
            assertThat(memory.histogram("queryBatchMicros").getMax()).isGreaterThanOrEqualTo(5_000);
        }
    }

    @Test
    void oneMailIsQueuedHoweverManyQueriesArePending() throws Exception {
        try (MemoryHarness memory = started()) {
            for (int i = 0; i < BATCH_START - 1; i++) {
                memory.send(question(i));
            }
            assertThat(memory.getTaskMailbox().size()).isEqualTo(1);
            assertThat(memory.answerQueries()).isEqualTo(2);
            assertThat(memory.answered()).hasSize(BATCH_START - 1);
        }
    }

    @Test
    void aFullBatchIsAnsweredWithoutAMail() throws Exception {
        try (MemoryHarness memory = started()) {
            for (int i = 0; i < BATCH_START; i++) {
                assertThat(memory.answered()).isEmpty();
                memory.send(question(i));
            }
            assertThat(memory.answered()).hasSize(BATCH_START);
            memory.send(question(99));
            assertThat(memory.answers()).hasSize(1);
        }
    }

    @Test
    void eachQueryOfABatchGetsItsOwnAnswer() throws Exception {
        try (MemoryHarness memory = started()) {
            memory.send(ingest(upsert("other", "x", 0, 1), 0, 2));
            memory.send(ingest(upsert("other", "y", 1, 0), 0, 3));
            memory.send(ask(query("nearest", "other", 1, 1, 0), 0, 1, 0));
            memory.send(ask(query("missing", "nowhere", 1, 1, 0), 0, 1, 0));
            memory.send(ask(query("wrong", "other", 1, 1, 0, 0), 0, 1, 0));
            memory.send(ask(query("docs", "docs", 3, 1, 0), 0, 1, 0));
            memory.send(ask(query("both", "other", 3, 0, 1), 0, 1, 0));

            Map<String, QueryResult> results = new HashMap<>();
            memory.answers().forEach(result -> results.put(result.getQueryId(), result));

            assertThat(results).hasSize(5);
            assertThat(ids(results.get("nearest"))).containsExactly("y");
            assertThat(ids(results.get("both"))).containsExactly("x", "y");
            assertThat(ids(results.get("docs"))).containsExactly("a");
            assertThat(results.get("missing").getError()).contains("'nowhere' does not exist");
            assertThat(results.get("wrong").getError()).contains("query 'wrong' has 3");
            assertThat(memory.histogram("queryBatchSize").getMax()).isEqualTo(5);
        }
    }

    @Test
    void aQuerySeesEveryWriteBeforeItAndPerhapsThoseWhileItWasPending() throws Exception {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            try (MemoryHarness memory = started()) {
                int written = 1;
                Map<String, Integer> writtenBefore = new HashMap<>();
                for (int i = 0; i < 100; i++) {
                    switch (random.nextInt(3)) {
                        case 0 -> memory.send(ingest(upsert("docs", "i" + written++, 1, i), 0, 2 + i));
                        case 1 -> {
                            writtenBefore.put("q" + i, written);
                            memory.send(ask(query("q" + i, "docs", 200, 1, 0), 0, 1, 0));
                        }
                        default -> memory.runMail();
                    }
                    for (QueryResult result : memory.answered()) {
                        assertThat(result.getHits()).hasSizeBetween(writtenBefore.remove(result.getQueryId()), written);
                    }
                }
                memory.answers().forEach(result -> writtenBefore.remove(result.getQueryId()));
                assertThat(writtenBefore).isEmpty();
            }
        }
    }

    @Test
    void aCommandIsAppliedAfterTheQueriesThatCameBeforeIt() throws Exception {
        try (MemoryHarness memory = started()) {
            memory.send(question(1));
            memory.send(command(erase("e", "docs"), 1));
            memory.send(question(2));

            List<QueryResult> results = memory.answers();

            assertThat(ids(results.get(0))).containsExactly("a");
            assertThat(results.get(1).getError()).contains("'docs' does not exist");
        }
    }

    @Test
    void pendingQueriesAreAnsweredBeforeACheckpointAndNotAgainAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = started()) {
            memory.send(question(1));
            memory.send(question(2));
            state = memory.snapshot(1, 1);
            assertThat(memory.answered()).hasSize(2);
            assertThat(memory.answerQueries()).isPositive();
            assertThat(memory.answered()).isEmpty();
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            assertThat(memory.answers()).isEmpty();
            assertThat(ids(memory.ask(question(3)))).containsExactly("a");
        }
    }

    @Test
    void aQueryReleasedFromWaitingIsAnsweredBeforeTheCheckpointThatForgetsIt() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = started()) {
            memory.send(waiting(1, 2));
            memory.send(ingest(upsert("docs", "b", 1, 0), 0, 2));
            assertThat(memory.gauge("waitingRecords")).isZero();
            state = memory.snapshot(1, 1);
            assertThat(memory.answered()).hasSize(1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            memory.send(ingest(upsert("docs", "c", 1, 0), 0, 3));
            memory.setProcessingTime(1_000_000);
            assertThat(memory.answers()).isEmpty();
        }
    }

    @Test
    void aSnapshotBehindThePendingQueriesIsRefused() throws Exception {
        try (MemoryHarness memory = started()) {
            memory.send(question(1));
            assertThatThrownBy(memory::snapshotWithoutBarrier).hasStackTraceContaining("they would be lost");
            memory.answers();
        }
    }

    @Test
    void pendingQueriesAreAnsweredAtTheEndOfInput() throws Exception {
        try (MemoryHarness memory = started()) {
            memory.send(question(1));
            memory.finish();
            assertThat(memory.answered()).hasSize(1);
        }
    }

    @Test
    void queriesThatWaitForTheSameRecordAreAnsweredTogether() throws Exception {
        try (MemoryHarness memory = started()) {
            for (int i = 0; i < 5; i++) {
                memory.send(waiting(i, 2));
            }
            assertThat(memory.answers()).isEmpty();
            memory.send(ingest(upsert("docs", "b", 0, 1), 0, 2));

            assertThat(memory.answers())
                    .hasSize(5)
                    .allSatisfy(result -> assertThat(ids(result)).containsExactly("a", "b"));
            assertThat(memory.histogram("queryBatchSize").getMin()).isEqualTo(5);
        }
    }

    @Test
    void moreQueriesThanABatchHoldsAreReleasedFromWaitingInSeveral() throws Exception {
        try (MemoryHarness memory = started()) {
            for (int i = 0; i < 2 * BATCH_START + 3; i++) {
                memory.send(waiting(i, 2));
            }
            memory.send(ingest(upsert("docs", "b", 0, 1), 0, 2));

            assertThat(memory.answers()).hasSize(2 * BATCH_START + 3).doesNotHaveDuplicates();
            assertThat(memory.gauge("waitingRecords")).isZero();
            memory.setProcessingTime(1_000_000);
            assertThat(memory.answers()).isEmpty();
        }
    }

    @Test
    void queriesWhoseDeadlineComesAreAnsweredPartialTogether() throws Exception {
        try (MemoryHarness memory = started()) {
            for (int i = 0; i < 3; i++) {
                QueryRecord.Builder query = query("q" + i, "docs", 5, 1, 0)
                        .setAfter(List.of(after(0, 9)))
                        .setDeadlineMillis(500);
                memory.send(ask(query, 0, 1, 0));
            }
            memory.setProcessingTime(500);
            assertThat(memory.answers()).hasSize(3).allMatch(QueryResult::getPartial);
            assertThat(memory.histogram("queryBatchSize").getMax()).isEqualTo(3);
        }
    }

    @Test
    void theBatchLimitFollowsItsBudget() throws Exception {
        try (MemoryHarness memory = started()) {
            fill(memory);
            assertThat(memory.gauge("queryBatchSizeMax")).isEqualTo(24);
            assertThat(memory.number("queryBatchUtilisation")).isBetween(0.0, 0.7);
        }
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings(Duration.ofNanos(1)))) {
            fill(memory);
            assertThat(memory.gauge("queryBatchSizeMax")).isEqualTo(12);
            assertThat(memory.number("queryBatchUtilisation")).isGreaterThan(1);
        }
    }

    private static void fill(MemoryHarness memory) throws Exception {
        for (int i = 0; i < BATCH_START; i++) {
            memory.send(question(i));
        }
    }

    @Test
    void theKernelsInUseAreAmongTheMetrics() throws Exception {
        try (MemoryHarness memory = started()) {
            assertThat(memory.text("kernels")).isEqualTo(Kernels.best().name());
            assertThat(memory.gauge("kernelBits")).isEqualTo(Kernels.best().registerBits());
            assertThat(Kernels.best().name())
                    .endsWith(
                            Kernels.best().registerBits() == 0
                                    ? "scalar"
                                    : "" + Kernels.best().registerBits());
        }
    }
}
