// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.alter;
import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.IngestRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What a namespace may not take becomes a dead letter; nobody else notices. Kafka's time is 1 ms an offset here. */
class NamespaceQuotaTest {
    @Test
    void whatIsTooMuchOrTooFastBecomesADeadLetterAndStopsNobodyElse() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(command(create("c1", "small", 2, 1).setBytesMax(30L), 1));
            memory.send(command(create("c2", "slow", 2, 1).setRecordsPerSecondMax(2), 2));
            for (int i = 0; i < 4; i++) {
                memory.send(ingest(upsert("small", "s" + i, 1, 0), 0, i));
                memory.send(ingest(upsert("slow", "s" + i, 1, 0), 0, i));
                memory.send(ingest(upsert("other", "s" + i, 1, 0), 0, i));
            }
            memory.send(ingest(delete("slow", "s0"), 0, 4));

            List<DeadLetter> letters = memory.letters();
            assertThat(letters)
                    .extracting(DeadLetter::getNamespace, DeadLetter::getId, DeadLetter::getReason)
                    .containsExactly(
                            tuple("small", "s1", "LIMIT_REACHED"),
                            tuple("small", "s2", "LIMIT_REACHED"),
                            tuple("slow", "s2", "RATE_LIMITED"),
                            tuple("small", "s3", "LIMIT_REACHED"),
                            tuple("slow", "s3", "RATE_LIMITED"));
            assertThat(letters.get(0).getMessage())
                    .isEqualTo(
                            "namespace 'small' may hold 30 bytes and has no room for the 18 of record 's1': delete items,"
                                    + " send less payload, or raise bytesMax with an ALTER command");
            assertThat(stored(memory, "small")).containsExactly("s0");
            assertThat(stored(memory, "slow")).containsExactly("s1");
            assertThat(stored(memory, "other")).hasSize(4);
            assertThat(memory.counter("upsertsBytesLimit")).isEqualTo(3);
            assertThat(memory.counter("upsertsRateLimit")).isEqualTo(2);
        }
    }

    @Test
    void alteredLimitsHoldFromThenOnAndAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(command(alter("c1", "docs").setBytesMax(20L).setRecordsPerSecondMax(2), 1));
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            memory.send(ingest(upsert("docs", "b", 1, 0), 0, 2));
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 3));
            memory.send(ingest(sized("a", 3), 0, 4));
            memory.send(ingest(sized("a", 3), 0, 5));
            assertThat(memory.letters())
                    .extracting(DeadLetter::getId, DeadLetter::getReason)
                    .containsExactly(tuple("b", "LIMIT_REACHED"), tuple("a", "RATE_LIMITED"));
            memory.send(command(alter("c2", "docs").setBytesMax(0L).setRecordsPerSecondMax(0), 2));
            memory.send(ingest(upsert("docs", "b", 1, 0), 0, 6));
            assertThat(memory.letters()).isEmpty();
            assertThat(stored(memory, "docs")).containsExactlyInAnyOrder("a", "b");
        }
    }

    /** After a crash what was taken since the checkpoint comes again, all at once: it must be taken again. */
    @Test
    void replayedRecordsThatWereTakenAreTakenAgain() throws Exception {
        OperatorSubtaskState state;
        List<String> taken;
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            memory.send(command(create("c", "docs", 2, 1).setRecordsPerSecondMax(10), 1));
            send(memory, 0, 40);
            state = memory.snapshot(1, 1);
            send(memory, 40, 100);
            taken = stored(memory, "docs");
            assertThat(memory.letters()).isNotEmpty();
        }
        assertThat(taken).hasSizeBetween(30, 60);
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            send(memory, 40, 100);
            assertThat(stored(memory, "docs")).containsExactlyInAnyOrderElementsOf(taken);
        }
    }

    /** One every 50 ms of Kafka's time. */
    private static void send(MemoryHarness memory, int from, int end) throws Exception {
        for (int i = from; i < end; i++) {
            memory.send(ingest(upsert("docs", "i" + i, 1, 0), 0, 50L * i));
        }
    }

    private static IngestRecord.Builder sized(String id, int payload) {
        return upsert("docs", id, 1, 0)
                .setPayload(ByteBuffer.wrap("x".repeat(payload).getBytes(UTF_8)));
    }

    private static List<String> stored(MemoryHarness memory, String namespace) throws Exception {
        return ids(memory.ask(ask(query("q", namespace, 1_000, 1, 0), 0, 1, 0)));
    }
}
