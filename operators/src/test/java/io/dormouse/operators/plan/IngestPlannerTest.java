// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import static io.dormouse.operators.Samples.bytes;
import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.erase;
import static io.dormouse.operators.Samples.kafka;
import static io.dormouse.operators.Samples.upsert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.DeadLetterStage;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Where ingest records go, what accompanies them, and which are refused. */
class IngestPlannerTest {
    private static final int PARTITIONS = 4;

    @Test
    void aRecordOfAnUnspreadNamespaceGoesToItsOneShardAndNoProgressIsSent() throws Exception {
        try (PlanHarness plan = start()) {
            byte[] value = WireCodec.INGEST.encode(upsert("docs", "a", 1, 0).build(), WireFormat.AVRO);
            plan.send(kafka("ingest", 7, value));

            assertThat(plan.planned()).singleElement().satisfies(record -> {
                assertThat(record.kind()).isEqualTo(Kind.INGEST);
                assertThat(record.shard()).isEqualTo(new ShardKey("docs", 0));
                assertThat(record.partition()).isZero();
                assertThat(record.offset()).isEqualTo(7);
                assertThat(record.timestampMillis()).isEqualTo(5_000);
                assertThat(record.body()).isEqualTo(value);
                assertThat(record.original()).isNull();
                assertThat(record.key()).isEqualTo("key".getBytes(UTF_8));
            });
            plan.setProcessingTime(1_000);
            assertThat(plan.planned()).isEmpty();
        }
    }

    @Test
    void aJsonRecordTravelsAsAvroWithItsOriginalBesideIt() throws Exception {
        try (PlanHarness plan = start()) {
            byte[] json = "{\"namespace\": \"docs\", \"id\": \"a\", \"vector\": [1, 0]}".getBytes(UTF_8);
            plan.send(kafka("ingest", 1, json));

            ShardRecord record = plan.planned().get(0);
            assertThat(record.originalValue()).isEqualTo(json);
            IngestRecord read = Samples.read(WireCodec.INGEST, record.body(), WireFormat.AVRO);
            assertThat(read.getId()).isEqualTo("a");
            assertThat(read.getVector().remaining()).isEqualTo(8);
        }
    }

    @Test
    void aRecordOfASpreadNamespaceGoesHomeAndTheFirstPartitionHearsOfIt() throws Exception {
        try (PlanHarness plan = start()) {
            spread(plan);
            for (int i = 0; i < 20; i++) {
                String id = "id-" + i;
                int home = ShardKey.partitionOf(id, PARTITIONS);
                plan.send(avro(delete("docs", id), i));

                List<ShardRecord> planned = plan.planned();
                assertThat(planned.get(0).kind()).isEqualTo(Kind.INGEST);
                assertThat(planned.get(0).shard()).isEqualTo(new ShardKey("docs", home));
                if (home == 0) {
                    assertThat(planned).hasSize(1);
                } else {
                    assertThat(planned).hasSize(2);
                    assertThat(planned.get(1).kind()).isEqualTo(Kind.SUPERSEDE);
                    assertThat(planned.get(1).shard()).isEqualTo(new ShardKey("docs", 0));
                }
            }
        }
    }

    @Test
    void everyTickTellsAllShardsOfASpreadNamespaceHowFarIngestHasCome() throws Exception {
        try (PlanHarness plan = start()) {
            spread(plan);
            plan.send(avro(delete("docs", "a"), 3));
            plan.send(avro(delete("docs", "b"), 9));
            plan.planned();
            plan.setProcessingTime(PlanOperator.TICK_MILLIS);

            List<ShardRecord> news = plan.planned();
            assertThat(news).hasSize(PARTITIONS).allMatch(record -> record.kind() == Kind.PROGRESS);
            assertThat(news).extracting(ShardRecord::offset).containsOnly(9L);
            assertThat(news).extracting(record -> record.shard().partition()).containsExactly(0, 1, 2, 3);
            plan.setProcessingTime(10 * PlanOperator.TICK_MILLIS);
            assertThat(plan.planned()).isEmpty();
        }
    }

    @Test
    void anErasedNamespaceHasOnePartitionAgainAndNoNews() throws Exception {
        try (PlanHarness plan = start()) {
            spread(plan);
            plan.send(avro(delete("docs", "a"), 3));
            plan.send(command(erase("c", "docs"), 2));
            plan.planned();
            plan.setProcessingTime(PlanOperator.TICK_MILLIS);
            assertThat(plan.planned()).isEmpty();

            plan.send(avro(delete("docs", "id-1"), 4));
            assertThat(plan.planned())
                    .singleElement()
                    .satisfies(record -> assertThat(record.shard()).isEqualTo(new ShardKey("docs", 0)));
        }
    }

    @Test
    void aCreateThatIsNotAcceptedYetSpreadsNothing() throws Exception {
        try (PlanHarness plan = start()) {
            plan.send(command(create("c", "docs", 2, PARTITIONS), 1));
            plan.send(avro(delete("docs", "id-1"), 4));
            plan.send(avro(delete("docs", "id-2"), 5));

            assertThat(plan.planned())
                    .hasSize(2)
                    .allMatch(record -> record.shard().partition() == 0);
        }
    }

    @Test
    void theTopologyIsKnownAfterARestore() throws Exception {
        OperatorSubtaskState state;
        try (PlanHarness plan = start()) {
            spread(plan);
            state = plan.snapshot(1, 1);
        }
        try (PlanHarness plan = PlanHarness.restore(new IngestPlanner(Samples.INPUT), state)) {
            for (int i = 0; i < 20; i++) {
                plan.send(avro(delete("docs", "id-" + i), i));
            }
            assertThat(plan.planned())
                    .filteredOn(record -> record.kind() == Kind.INGEST)
                    .extracting(record -> record.shard().partition())
                    .contains(0, 1, 2, 3);
        }
    }

    @Test
    void aRefusedRecordIsADeadLetterWithWhereItCameFromAndItsOriginalBytes() throws Exception {
        try (PlanHarness plan = start()) {
            byte[] garbage = "{\"namespace\": oops".getBytes(UTF_8);
            plan.send(new KafkaRecord("ingest", 4, 12, 77, null, garbage));

            assertThat(plan.planned()).isEmpty();
            assertThat(plan.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.getStage()).isEqualTo(DeadLetterStage.VALIDATE);
                assertThat(letter.getReason()).isEqualTo("MALFORMED");
                assertThat(letter.getTopic()).isEqualTo("ingest");
                assertThat(letter.getPartition()).isEqualTo(4);
                assertThat(letter.getOffset()).isEqualTo(12);
                assertThat(letter.getTimestamp()).isEqualTo(77);
                assertThat(letter.getKey()).isNull();
                assertThat(bytes(letter.getOriginal())).isEqualTo(garbage);
            });
        }
    }

    @Test
    void everyBadRecordIsRefusedWithItsReason() throws Exception {
        try (PlanHarness plan = start()) {
            plan.send(kafka("ingest", 0, null));
            plan.send(kafka("ingest", 1, new byte[0]));
            plan.send(kafka("ingest", 2, new byte[(1 << 20) + 1]));
            plan.send(avro(upsert("docs", "a", 1, Float.NaN), 3));
            plan.send(avro(upsert("docs", "a", Float.NEGATIVE_INFINITY, 1), 4));
            plan.send(avro(upsert("", "a", 1), 5));
            plan.send(avro(upsert("docs", "a", 1).setVector(null), 6));
            plan.send(avro(upsert("docs", "a", new float[4_097]), 7));

            assertThat(plan.letters())
                    .extracting(DeadLetter::getReason)
                    .containsExactly(
                            "EMPTY_RECORD",
                            "EMPTY_RECORD",
                            "TOO_LARGE",
                            "NOT_FINITE",
                            "NOT_FINITE",
                            "BAD_NAME",
                            "MISSING_FIELD",
                            "TOO_LARGE");
            assertThat(plan.planned()).isEmpty();
        }
    }

    @Test
    void halfASurrogatePairInAnIdIsRefused() throws Exception {
        try (PlanHarness plan = start()) {
            plan.send(kafka(
                    "ingest", 1, "{\"namespace\": \"docs\", \"id\": \"\\ud800\", \"vector\": [1]}".getBytes(UTF_8)));

            assertThat(plan.letters()).extracting(DeadLetter::getReason).containsExactly("MALFORMED");
        }
    }

    private static PlanHarness start() throws Exception {
        return PlanHarness.start(new IngestPlanner(Samples.INPUT));
    }

    private static void spread(PlanHarness plan) throws Exception {
        plan.send(command(create("c", "docs", 2, PARTITIONS).setAccepted(true), 1));
    }

    private static KafkaRecord avro(IngestRecord.Builder record, long offset) {
        return kafka("ingest", offset, WireCodec.INGEST.encode(record.build(), WireFormat.AVRO));
    }
}
