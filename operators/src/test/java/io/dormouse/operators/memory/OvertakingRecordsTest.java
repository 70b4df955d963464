// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ask;
import static io.dormouse.operators.Samples.bytes;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.supersede;
import static io.dormouse.operators.Samples.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Records that come before the command that makes their namespace. */
class OvertakingRecordsTest {
    private static final long START = 1_000_000;
    private static final int PARTITIONS = 4;

    @Test
    void aLaterCreateOfTheShapeThatTheFirstRecordMadeIsAcknowledged() throws Exception {
        try (MemoryHarness memory = start()) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(command(create("c", "docs", 2, 1), 1));

            assertThat(memory.acknowledgements())
                    .extracting(Acknowledgement::items)
                    .containsExactly(1L);
        }
    }

    @Test
    void aLaterCreateOfAnotherShapeIsRejected() throws Exception {
        try (MemoryHarness memory = start()) {
            memory.send(ingest(upsert("docs", "a", 1, 0), 0, 1));
            memory.send(command(create("c", "docs", 3, 1), 1));

            assertThat(memory.events()).extracting(MemoryEvent::getType).containsExactly(EventType.NAMESPACE_REJECTED);
            assertThat(ids(memory.ask(ask(query("q", "docs", 1, 1, 0), 0, 1, START))))
                    .containsExactly("a");
        }
    }

    @Test
    void anItemFromBeforeThePartitionsStaysFindableAndIsSupersededByItsNextWrite() throws Exception {
        String stray = idOfPartition(2);
        try (MemoryHarness memory = start()) {
            memory.send(ingest(upsert("docs", stray, 1, 0), 0, 1));
            memory.createSpread(create("c", "docs", 2, PARTITIONS), 1);
            assertThat(hits(memory, 0)).containsExactly(stray);

            memory.send(ingest(upsert("docs", stray, 0, 1), 2, 2));
            memory.send(supersede(upsert("docs", stray, 0, 1), 2));

            assertThat(hits(memory, 0)).isEmpty();
            assertThat(hits(memory, 2)).containsExactly(stray);
        }
    }

    @Test
    void aDeleteOfAnItemFromBeforeThePartitionsReachesIt() throws Exception {
        String stray = idOfPartition(3);
        try (MemoryHarness memory = start()) {
            memory.send(ingest(upsert("docs", stray, 1, 0), 0, 1));
            memory.createSpread(create("c", "docs", 2, PARTITIONS), 1);
            memory.send(ingest(delete("docs", stray), 3, 2));
            memory.send(supersede(delete("docs", stray), 2));

            assertThat(hits(memory, 0)).isEmpty();
        }
    }

    @Test
    void aRecordForAPartitionThatIsNotMadeYetWaitsAndIsAppliedOnceItIs() throws Exception {
        OperatorSubtaskState state;
        try (MemoryHarness memory = start()) {
            memory.send(ingest(upsert("docs", idOfPartition(2), 1, 0), 2, 1));
            assertThat(memory.letters()).isEmpty();
            state = memory.snapshot(1, 1);
        }
        try (MemoryHarness memory = MemoryHarness.restore(MemoryHarness.settings(), state)) {
            memory.setProcessingTime(START + 100);
            memory.createSpread(create("c", "docs", 2, PARTITIONS), 1);

            assertThat(hits(memory, 2)).containsExactly(idOfPartition(2));
            memory.setProcessingTime(START + 60_000);
            assertThat(memory.letters()).isEmpty();
        }
    }

    @Test
    void recordsThatWaitAreAppliedInTheirOrder() throws Exception {
        String id = idOfPartition(1);
        try (MemoryHarness memory = start()) {
            for (int i = 0; i < 12; i++) {
                memory.send(ingest(i % 2 == 0 ? upsert("docs", id, 1, 0) : delete("docs", id), 1, i));
            }
            memory.createSpread(create("c", "docs", 2, PARTITIONS), 1);
            assertThat(hits(memory, 1)).isEmpty();
        }
    }

    @Test
    void aRecordForAPartitionThatIsNeverMadeIsADeadLetterAtItsDeadline() throws Exception {
        try (MemoryHarness memory = start()) {
            ShardRecord record = ingest(upsert("docs", "a", 1, 0), 2, 1);
            memory.send(record);
            memory.setProcessingTime(START + 9_999);
            assertThat(memory.letters()).isEmpty();

            memory.setProcessingTime(START + 10_000);

            List<DeadLetter> letters = memory.letters();
            assertThat(letters).extracting(DeadLetter::getReason).containsExactly("UNKNOWN_NAMESPACE");
            assertThat(letters.get(0).getMessage()).contains("partition 2 of namespace 'docs' does not exist");
            assertThat(bytes(letters.get(0).getOriginal())).isEqualTo(record.body());
            memory.createSpread(create("c", "docs", 2, PARTITIONS), 1);
            assertThat(hits(memory, 2)).isEmpty();
        }
    }

    @Test
    void whenTooManyRecordsWaitFurtherOnesAreDeadLettersAtOnce() throws Exception {
        try (MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings(64 << 20, 4 << 20, 2))) {
            memory.setProcessingTime(START);
            for (int i = 0; i < 5; i++) {
                memory.send(ingest(upsert("docs", "a" + i, 1, 0), 2, i));
            }

            assertThat(memory.letters()).extracting(DeadLetter::getOffset).containsExactly(2L, 3L, 4L);
            memory.createSpread(create("c", "docs", 2, PARTITIONS), 1);
            assertThat(hits(memory, 2)).containsExactlyInAnyOrder("a0", "a1");
        }
    }

    private static MemoryHarness start() throws Exception {
        MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings());
        memory.setProcessingTime(START);
        return memory;
    }

    private static String idOfPartition(int partition) {
        int i = 0;
        while (ShardKey.partitionOf("id-" + i, PARTITIONS) != partition) {
            i++;
        }
        return "id-" + i;
    }

    private static List<String> hits(MemoryHarness memory, int partition) throws Exception {
        memory.partials();
        memory.send(ask(query("q", "docs", 5, 1, 0), partition, PARTITIONS, START));
        List<PartialAnswer> parts = memory.partials();
        assertThat(parts).extracting(PartialAnswer::part).containsExactly(partition);
        QueryResult part = Samples.read(WireCodec.RESULT, parts.get(0).result(), WireFormat.AVRO);
        assertThat(part.getError()).isNull();
        return ids(part);
    }
}
