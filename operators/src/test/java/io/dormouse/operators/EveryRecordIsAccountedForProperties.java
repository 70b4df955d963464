// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators;

import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.kafka;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.memory.MemoryHarness;
import io.dormouse.operators.plan.IngestPlanner;
import io.dormouse.operators.plan.PlanHarness;
import io.dormouse.operators.plan.QueryPlanner;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever comes in, through planning and memory: every ingest record is applied or becomes a dead letter, every query is
 * answered or becomes a dead letter, each exactly once; and good records beside them are untouched.
 */
class EveryRecordIsAccountedForProperties {
    private static final int DIMENSION = 8;
    private static final int GOOD = 3;

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void everyIngestRecordIsAppliedOrDeadLettered(@ForAll("values") List<byte[]> values) throws Exception {
        try (PlanHarness plan = PlanHarness.start(new IngestPlanner(Samples.INPUT));
                MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            List<Long> refused = new ArrayList<>();
            List<Long> applied = new ArrayList<>();
            long offset = 0;
            for (byte[] value : values) {
                plan.send(kafka("ingest", offset, value));
                List<ShardRecord> planned = plan.planned();
                for (ShardRecord record : planned) {
                    memory.send(record);
                }
                List<DeadLetter> letters = new ArrayList<>(plan.letters());
                letters.addAll(memory.letters());
                letters.forEach(letter -> refused.add(letter.getOffset()));
                if (letters.isEmpty()) {
                    assertThat(planned).extracting(ShardRecord::offset).containsExactly(offset);
                    assertThat(isApplied(planned.get(0), memory)).isTrue();
                    applied.add(offset);
                } else {
                    assertThat(Samples.bytes(letters.get(0).getOriginal())).isEqualTo(value);
                }
                offset++;
            }
            assertThat(refused).doesNotHaveDuplicates();
            assertThat(refused.size() + applied.size()).isEqualTo(values.size());

            goodRecordsAreUntouched(plan, memory, offset);
        }
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void everyQueryIsAnsweredOrDeadLettered(@ForAll("values") List<byte[]> values) throws Exception {
        try (PlanHarness plan = PlanHarness.start(new QueryPlanner(Samples.INPUT, WireFormat.JSON));
                MemoryHarness memory = MemoryHarness.start(MemoryHarness.settings())) {
            long offset = 0;
            for (byte[] value : values) {
                plan.send(kafka("queries", offset++, value));
                for (ShardRecord record : plan.planned()) {
                    memory.send(record);
                }
                memory.setProcessingTime(memory.getProcessingTime() + 60_000);
                int outcomes = plan.answers().size()
                        + plan.letters().size()
                        + memory.answers().size();
                assertThat(outcomes).isEqualTo(1);
            }
        }
    }

    /** Whether an upsert is found now by its own vector; of a delete, which leaves no trace, it is taken as given. */
    private static boolean isApplied(ShardRecord record, MemoryHarness memory) throws Exception {
        IngestRecord ingest = Samples.read(WireCodec.INGEST, record.body(), WireFormat.AVRO);
        if (ingest.getOp() == IngestOp.DELETE) {
            return true;
        }
        memory.send(Samples.ask(
                query("found", ingest.getNamespace(), 1_000, Vectors.toFloats(ingest.getVector())), 0, 1, 0));
        return ids(memory.answers().get(0)).contains(ingest.getId());
    }

    private static void goodRecordsAreUntouched(PlanHarness plan, MemoryHarness memory, long offset) throws Exception {
        for (int i = 0; i < GOOD; i++) {
            byte[] good = WireCodec.INGEST.encode(
                    upsert("good", "good-" + i, vector(DIMENSION, i)).build(), WireFormat.AVRO);
            plan.send(kafka("ingest", offset + i, good));
            for (ShardRecord record : plan.planned()) {
                memory.send(record);
            }
        }
        memory.send(Samples.ask(query("check", "good", 10, vector(DIMENSION, 1)), 0, 1, 0));
        List<QueryResult> answers = memory.answers();
        assertThat(answers).hasSize(1);
        assertThat(ids(answers.get(0))).containsExactlyInAnyOrder("good-0", "good-1", "good-2");
    }

    /** Random bytes, damaged records of both kinds and both forms, and whole ones. */
    @Provide
    Arbitrary<List<byte[]>> values() {
        Arbitrary<byte[]> random = Arbitraries.bytes().array(byte[].class).ofMaxSize(60);
        Arbitrary<byte[]> marked = random.map(bytes -> {
            byte[] avro = Arrays.copyOf(bytes, bytes.length + 2);
            avro[0] = (byte) 0xC3;
            avro[avro.length - 1] = avro.length > 1 ? avro[1] : 0;
            avro[1] = 1;
            return avro;
        });
        Arbitrary<byte[]> damaged = Combinators.combine(
                        records(), Arbitraries.integers().between(0, 10_000), Arbitraries.bytes())
                .as((record, place, value) -> {
                    byte[] copy = record.clone();
                    copy[place % copy.length] = value;
                    return copy;
                });
        Arbitrary<byte[]> truncated = Combinators.combine(
                        records(), Arbitraries.integers().between(0, 10_000))
                .as((record, length) -> Arrays.copyOf(record, length % record.length));
        return Arbitraries.oneOf(random, marked, damaged, truncated, records())
                .list()
                .ofMinSize(15)
                .ofMaxSize(45);
    }

    private static Arbitrary<byte[]> records() {
        Arbitrary<float[]> vectors = Arbitraries.floats()
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(4)
                .injectDuplicates(0.2);
        return Combinators.combine(
                        vectors,
                        Arbitraries.of("docs", "other", ""),
                        Arbitraries.of("a", "b", "c"),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(WireFormat.AVRO, WireFormat.JSON))
                .as((vector, namespace, id, kind, format) -> switch (kind) {
                    case 0, 1 ->
                        WireCodec.INGEST.encode(upsert(namespace, id, vector).build(), format);
                    case 2 ->
                        WireCodec.INGEST.encode(Samples.delete(namespace, id).build(), format);
                    case 3 ->
                        WireCodec.QUERY.encode(
                                query(id, namespace, 5, vector)
                                        .setAfter(List.of(Samples.after(0, 5)))
                                        .build(),
                                format);
                    default ->
                        WireCodec.QUERY.encode(
                                query(id, namespace, kind - 4, vector).build(), format);
                });
    }
}
