// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.after;
import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.progress;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Queries with an {@code after} token: read your writes, or a partial answer at the deadline. */
class WaitingQueriesTest {
    private static final long START = 1_000_000;

    @Test
    void aQueryIsAnsweredOnceTheRecordItWaitsForIsApplied() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor(3), 0, 1, START));
            memory.send(ingest(upsert("docs", "b", 0, 1), 0, 2));
            assertThat(memory.answers()).isEmpty();

            memory.setProcessingTime(START + 40);
            memory.send(ingest(upsert("docs", "c", 1, 1), 0, 3));

            QueryResult result = memory.answers().get(0);
            assertThat(ids(result)).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(result.getPartial()).isFalse();
            assertThat(result.getCost().getWaitMicros()).isEqualTo(40_000);
            memory.setProcessingTime(START + 60_000);
            assertThat(memory.answers()).isEmpty();
        }
    }

    @Test
    void aRecordThatIsAlreadyAppliedIsNotWaitedFor() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 5));

            assertThat(memory.ask(ask(waitingFor(5), 0, 1, START)).getPartial()).isFalse();
        }
    }

    @Test
    void aRefusedRecordCountsAsAppliedForThoseWhoWaitForIt() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor(2), 0, 1, START));
            memory.send(ingest(upsert("docs", "b", 1, 0, 0), 0, 2));

            assertThat(memory.answers()).hasSize(1);
        }
    }

    @Test
    void aShardWithoutNewsLearnsFromProgressHowFarIngestHasCome() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor(9), 0, 1, START));
            memory.send(progress("docs", 0, 8));
            assertThat(memory.answers()).isEmpty();
            memory.send(progress("docs", 0, 9));

            assertThat(memory.answers()).hasSize(1);
        }
    }

    @Test
    void atItsDeadlineAQueryIsAnsweredPartial() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor(3).setDeadlineMillis(500), 0, 1, START));
            memory.setProcessingTime(START + 499);
            assertThat(memory.answers()).isEmpty();

            memory.setProcessingTime(START + 500);

            QueryResult result = memory.answers().get(0);
            assertThat(result.getPartial()).isTrue();
            assertThat(result.getPartialReason())
                    .contains("partition 0 offset 3")
                    .contains("deadline");
            assertThat(ids(result)).containsExactly("a");
        }
    }

    @Test
    void aQueryToANamespaceThatNeverComesIsAnsweredWithAnErrorAtItsDeadline() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ask(waitingFor(3), 0, 1, START));
            assertThat(memory.answers()).isEmpty();

            memory.setProcessingTime(START + 10_000);

            assertThat(memory.answers().get(0).getError()).contains("does not exist");
        }
    }

    @Test
    void aWaitingQuerySurvivesARestoreAndIsAnsweredOnce() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor(2), 0, 1, START));
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            memory.setProcessingTime(START + 100);
            memory.send(ingest(upsert("docs", "b", 0, 1), 0, 2));

            List<QueryResult> answers = memory.answers();
            assertThat(answers).hasSize(1);
            assertThat(ids(answers.get(0))).containsExactlyInAnyOrder("a", "b");
            memory.setProcessingTime(START + 20_000);
            assertThat(memory.answers()).isEmpty();
        }
    }

    @Test
    void aWaitingQueryIsAnsweredPartialAtItsDeadlineAfterARestoreToo() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor(2), 0, 1, START));
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            memory.setProcessingTime(START + 10_000);

            assertThat(memory.answers()).extracting(QueryResult::getPartial).containsExactly(true);
        }
    }

    @Test
    void whenTooManyWaitFurtherOnesAreAnsweredPartialAtOnce() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings(64 << 20, 4 << 20, 2))) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(waitingFor("q1", 9), 0, 1, START));
            memory.send(ask(waitingFor("q2", 9), 0, 1, START));
            assertThat(memory.answers()).isEmpty();

            QueryResult third = memory.ask(ask(waitingFor("q3", 9), 0, 1, START));
            assertThat(third.getPartial()).isTrue();
            assertThat(third.getPartialReason()).contains("too many queries wait");
            assertThat(ids(third)).containsExactly("a");

            memory.send(progress("docs", 0, 9));
            assertThat(memory.answers()).hasSize(2);
            memory.send(ask(waitingFor("q4", 10), 0, 1, START));
            assertThat(memory.answers()).isEmpty();
        }
    }

    /** Writing back another shard's pages moves the current key: the waiting query must still be found under its own. */
    @Test
    void aWaitingQueryIsFoundAlthoughAnotherShardIsWrittenBackMeanwhile() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings(64 << 20, 2_000, 1_000))) {
            for (int i = 0; i < 200; i++) {
                memory.send(ingest(upsert("docs", "a" + i, vector(16, i)), 0, 2 * i));
                memory.send(ask(
                        query("q" + i, "docs", 1, vector(16, i)).setAfter(List.of(after(0, 2 * i + 1))), 0, 1, START));
                memory.send(ingest(upsert("other-" + i, "b", vector(16, i)), 0, 1));
                memory.send(ingest(upsert("docs", "c" + i, vector(16, i)), 0, 2 * i + 1));

                assertThat(memory.answers()).extracting(QueryResult::getQueryId).containsExactly("q" + i);
            }
        }
    }

    /** Else every record costs as many reads as queries wait, and the wait grows with its square. */
    @Test
    void ingestLooksOnlyAtTheQueriesThatItHasReached() throws Exception {
        int queries = 500;
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 0));
            for (int i = 1; i <= queries; i++) {
                memory.send(ask(waitingFor("q" + i, i).setDeadlineMillis(1_000 + i), 0, 1, START));
            }
            assertThat(memory.gauge("waitingRecords")).isEqualTo(queries);
            assertThat(memory.gauge("waitingBytes")).isGreaterThan(100L * queries);
            for (int i = 1; i <= queries / 2; i++) {
                memory.send(ingest(upsert("docs", "a" + i, 1, 0), 0, i));
                assertThat(memory.answers()).extracting(QueryResult::getQueryId).containsExactly("q" + i);
            }
            for (int i = queries / 2 + 1; i <= queries; i++) {
                memory.setProcessingTime(START + 1_000 + i);
                assertThat(memory.answers()).extracting(QueryResult::getQueryId).containsExactly("q" + i);
            }
            assertThat(memory.gauge("waitingLookedAt")).isEqualTo(queries);
            assertThat(memory.gauge("waitingBytes")).isZero();
        }
    }

    @Test
    void aQueryThatWaitsForTwoPartitionsIsAnsweredAfterBoth() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ask(query("q", "docs", 5, 1, 0).setAfter(List.of(after(0, 5), after(1, 7))), 0, 1, START));
            memory.send(progress("docs", 0, 6));
            assertThat(memory.answers()).isEmpty();
            memory.send(progress("docs", 0, 1, 7));

            assertThat(memory.answers()).extracting(QueryResult::getPartial).containsExactly(false);
        }
    }

    /** At the very deadline of the query its gathering ends, and what comes then is dropped. */
    @Test
    void aPartOfAnAnswerIsSentBeforeTheWholeIsDue() throws Exception {
        try (MemoryHarness memory = start(MemoryHarness.settings())) {
            memory.createSpread(create("c", "docs", 2, 2), 1);
            memory.send(ask(waitingFor(3).setDeadlineMillis(500), 0, 2, START));
            memory.setProcessingTime(START + 449);
            assertThat(memory.partials()).isEmpty();
            memory.setProcessingTime(START + 450);

            assertThat(memory.partials()).singleElement().satisfies(part -> {
                assertThat(part.deadlineMillis()).isEqualTo(START + 500);
            });
        }
    }

    private static MemoryHarness start(MemorySettings settings) throws Exception {
        MemoryHarness memory = MemoryHarness.start(settings);
        memory.setProcessingTime(START);
        return memory;
    }

    private static QueryRecord.Builder waitingFor(long offset) {
        return waitingFor("q", offset);
    }

    private static QueryRecord.Builder waitingFor(String id, long offset) {
        return query(id, "docs", 5, 1, 0).setAfter(List.of(after(0, offset)));
    }
}
