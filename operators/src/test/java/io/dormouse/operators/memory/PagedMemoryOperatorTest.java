// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.bytes;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.DeadLetterStage;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Writes, questions, snapshots and bad records of namespaces of one partition. */
class PagedMemoryOperatorTest {
    private static final int DIMENSION = 16;
    private static final long IDLE_AFTER_MILLIS =
            MemoryHarness.settings().idleAfter().toMillis();

    @Test
    void anUpsertIsFoundWithPayloadAndMetadata() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0).setMetadata(Map.of("year", 2024L)), 0, 1));
            memory.send(ingest(upsert("docs", "b", 0, 1), 0, 2));

            QueryResult result = memory.ask(ask(query("q", "docs", 1, 1, 0.1f), 0, 1, 0));

            assertThat(ids(result)).containsExactly("a");
            assertThat(bytes(result.getHits().get(0).getPayload())).isEqualTo("text of a".getBytes(UTF_8));
            assertThat(result.getHits().get(0).getMetadata()).isEqualTo(Map.of("year", 2024L));
            assertThat(result.getPartial()).isFalse();
            assertThat(result.getCost().getRowsStored()).isEqualTo(2);
        }
    }

    @Test
    void aDeletedItemIsNotFoundAnyMore() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ingest(upsert("docs", "b", 0, 1), 0, 2));
            memory.send(ingest(delete("docs", "a"), 0, 3));
            memory.send(ingest(delete("docs", "never-there"), 0, 4));

            assertThat(ids(memory.ask(ask(query("q", "docs", 5, 1, 0), 0, 1, 0))))
                    .containsExactly("b");
            assertThat(memory.letters()).isEmpty();
        }
    }

    @Test
    void aCheckpointSaysHowLongItHeldTheTask() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));

            memory.snapshot(1, 1);
            assertThat(memory.histogram("checkpointStallMicros").size()).isZero();
            memory.runMails();

            assertThat(memory.histogram("checkpointStallMicros").size()).isOne();
            assertThat(memory.histogram("checkpointStallMicros").getMax())
                    .isGreaterThanOrEqualTo(
                            memory.histogram("checkpointFlushMicros").getMax());
        }
    }

    @Test
    void aNamespaceThatNobodyUsesLeavesTheHeapAndAnswersWhenItIsAsked() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ingest(upsert("notes", "b", 1, 0), 0, 2));
            memory.setProcessingTime(IDLE_AFTER_MILLIS / 2);
            memory.ask(ask(query("q", "notes", 1, 1, 0), 0, 1, 0));
            assertThat(memory.gauge("awakeShards")).isEqualTo(2);
            memory.setProcessingTime(IDLE_AFTER_MILLIS + 2_000);
            memory.runMails();
            assertThat(memory.gauge("awakeShards")).isEqualTo(1);
            memory.setProcessingTime(2 * IDLE_AFTER_MILLIS);
            memory.runMails();
            assertThat(memory.gauge("awakeShards")).isEqualTo(0);
            assertThat(memory.gauge("hotBytes")).isEqualTo(0L);
            assertThat(ids(memory.ask(ask(query("r", "docs", 1, 1, 0), 0, 1, 0))))
                    .containsExactly("a");
        }
    }

    @Test
    void aRepeatedRecordChangesNothing() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            ShardRecord first = ingest(upsert("docs", "a", 1, 0), 0, 1);
            memory.send(first);
            memory.send(ingest(upsert("docs", "a", 0, 1), 0, 2));
            memory.send(first);

            QueryResult result = memory.ask(ask(query("q", "docs", 5, 0, 1).setIncludeVector(true), 0, 1, 0));

            assertThat(ids(result)).containsExactly("a");
            assertThat(result.getHits().get(0).getScore()).isGreaterThan(0.99f);
        }
    }

    @Test
    void writesWithVersionsEndTheSameInEveryOrder() throws Exception {
        List<IngestRecord.Builder> writes = List.of(
                upsert("docs", "a", 1, 0).setVersion(1L),
                upsert("docs", "a", 0, 1).setVersion(4L),
                delete("docs", "a").setVersion(3L),
                upsert("docs", "a", 1, 1).setVersion(2L));
        int[][] orders = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}, {2, 1, 0, 3}, {2, 3, 0, 1}};
        for (int[] order : orders) {
            try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
                for (int i = 0; i < order.length; i++) {
                    memory.send(ingest(writes.get(order[i]), 0, i));
                }
                QueryResult result = memory.ask(ask(query("q", "docs", 5, 0, 1), 0, 1, 0));
                assertThat(result.getHits()).hasSize(1);
                assertThat(result.getHits().get(0).getVersion()).isEqualTo(4L);
                assertThat(result.getHits().get(0).getScore()).isGreaterThan(0.99f);
            }
        }
    }

    @Test
    void aSnapshotRestoredGivesTheSameAnswers() throws Exception {
        OperatorSubtaskState state;
        Map<Integer, List<String>> before;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            fill(memory, 0, 300);
            memory.runMails();
            before = hitsOfAll(memory);
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            assertThat(hitsOfAll(memory)).isEqualTo(before);
        }
    }

    @Test
    void aCrashAndReplayFromAnOlderSnapshotEndsAsIfNothingHadHappened() throws Exception {
        Map<Integer, List<String>> undisturbed;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            fill(memory, 0, 300);
            undisturbed = hitsOfAll(memory);
        }
        OperatorSubtaskState state;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            fill(memory, 0, 120);
            state = memory.snapshot(1, 1);
            fill(memory, 120, 260);
            memory.runMails();
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            fill(memory, 120, 300);
            memory.runMails();
            assertThat(hitsOfAll(memory)).isEqualTo(undisturbed);
        }
    }

    @Test
    void aQueryToAnUnknownNamespaceIsAnsweredWithAnError() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            QueryResult result = memory.ask(ask(query("q", "nowhere", 5, 1, 0), 0, 1, 0));

            assertThat(result.getError()).contains("namespace 'nowhere' does not exist");
            assertThat(result.getHits()).isEmpty();
        }
    }

    @Test
    void aQueryOfAnotherDimensionIsAnsweredWithAnError() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));

            QueryResult result = memory.ask(ask(query("q", "docs", 5, 1, 0, 0), 0, 1, 0));

            assertThat(result.getError()).contains("'docs' holds 2-dimensional vectors; query 'q' has 3");
        }
    }

    @Test
    void aZeroQueryUnderCosineIsAnsweredWithAnError() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));

            QueryResult result = memory.ask(ask(query("q", "docs", 5, 0, -0f), 0, 1, 0));

            assertThat(result.getError()).contains("the vector of 'q' is all zeros");
        }
    }

    @Test
    void aRecordOfAnotherDimensionIsADeadLetterWithItsOriginalBytes() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            byte[] original = "{\"as\": \"Kafka had it\"}".getBytes(UTF_8);
            ShardRecord wrong = ingest(upsert("docs", "b", 1, 0, 0), 0, 7);
            memory.send(new ShardRecord(
                    wrong.kind(), wrong.shard(), 1, 5, 7, 99, wrong.body(), original, "the key".getBytes(UTF_8)));

            List<DeadLetter> letters = memory.letters();

            assertThat(letters).hasSize(1);
            DeadLetter letter = letters.get(0);
            assertThat(bytes(letter.getOriginal())).isEqualTo(original);
            assertThat(bytes(letter.getKey())).isEqualTo("the key".getBytes(UTF_8));
            assertThat(letter.getStage()).isEqualTo(DeadLetterStage.MEMORY);
            assertThat(letter.getReason()).isEqualTo("WRONG_DIMENSION");
            assertThat(letter.getTopic()).isEqualTo("ingest");
            assertThat(letter.getPartition()).isEqualTo(5);
            assertThat(letter.getOffset()).isEqualTo(7);
            assertThat(letter.getTimestamp()).isEqualTo(99);
            assertThat(letter.getId()).isEqualTo("b");
        }
    }

    @Test
    void aZeroVectorUnderCosineIsADeadLetterAndMakesNoNamespace() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 0, 0), 0, 1));

            assertThat(memory.letters()).extracting(DeadLetter::getReason).containsExactly("ZERO_VECTOR");
            assertThat(memory.ask(ask(query("q", "docs", 5, 1, 0), 0, 1, 0)).getError())
                    .contains("does not exist");
        }
    }

    @Test
    void aFullNamespaceRefusesNewItemsAndTakesReplacements() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(Samples.command(create("c", "docs", 2, 1).setItemsMax(1L), 1));
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(ingest(upsert("docs", "b", 1, 0), 0, 2));
            memory.send(ingest(upsert("docs", "a", 0, 1), 0, 3));

            assertThat(memory.letters()).extracting(DeadLetter::getReason).containsExactly("LIMIT_REACHED");
            assertThat(ids(memory.ask(ask(query("q", "docs", 5, 0, 1), 0, 1, 0))))
                    .containsExactly("a");
        }
    }

    /** Otherwise the producer would refuse it and stop the job, again at every restart. */
    @Test
    void aResultLargerThanABrokerTakesKeepsItsBestHitsAndSaysSo() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            for (int i = 0; i < 60; i++) {
                memory.send(
                        ingest(upsert("docs", "id-" + i, 1, i).setPayload(ByteBuffer.wrap(new byte[60_000])), 0, i));
            }
            memory.send(ask(query("q", "docs", 60, 1, 0), 0, 1, 0));
            memory.answerQueries();

            OutputRecord written = memory.extractOutputValues().get(0);
            assertThat(written.key().length + written.value().length).isLessThan(1_000_000);
            QueryResult result = memory.answers().get(0);
            assertThat(result.getHits()).hasSizeBetween(1, 59);
            assertThat(ids(result).get(0)).isEqualTo("id-0");
            assertThat(result.getPartial()).isTrue();
            assertThat(result.getPartialReason()).contains("of 60 hits fit").contains("ask for fewer");
        }
    }

    private static void fill(MemoryHarness memory, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            Random random = new Random(i);
            String id = "item-" + random.nextInt(200);
            memory.send(ingest(
                    random.nextInt(10) == 0 ? delete("docs", id) : upsert("docs", id, vector(DIMENSION, i)), 0, i));
        }
    }

    private static Map<Integer, List<String>> hitsOfAll(MemoryHarness memory) throws Exception {
        Map<Integer, List<String>> hits = new TreeMap<>();
        for (int i = 0; i < 30; i++) {
            hits.put(i, ids(memory.ask(ask(query("q" + i, "docs", 5, vector(DIMENSION, 7 * i)), 0, 1, 0))));
        }
        return hits;
    }
}
