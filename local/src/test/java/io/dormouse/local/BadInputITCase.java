// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.AfterToken;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.DeadLetterStage;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Reason;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bad records through real topics: each gets its defined answer, and nothing stops the job. */
final class BadInputITCase {
    private static EmbeddedStack stack;
    private static MemoryWire wire;

    @BeforeAll
    static void start() {
        stack = EmbeddedStack.start(StackOptions.defaults());
        wire = new MemoryWire(stack);
    }

    @AfterAll
    static void stop() {
        wire.close();
        stack.close();
    }

    @AfterEach
    void theJobNeverRestarts() throws Exception {
        wire.assertNeverRestarted();
    }

    @Test
    void bytesThatAreNoRecordAreDeadLetters() throws Exception {
        byte[] avro = WireCodec.INGEST.encode(item("forms", "a", 1, 2), WireFormat.AVRO);
        refused("forms", Arrays.copyOf(avro, avro.length - 3), Reason.MALFORMED);
        refused("forms", Arrays.copyOf(avro, avro.length + 1), Reason.MALFORMED);
        refused("forms", json("{\"namespace\": \"forms\", \"id\": \"a\", \"vector\": [1, 2"), Reason.MALFORMED);
        refused("forms", json("{\"namespace\": \"forms\", \"id\": \"a\", \"vectr\": [1, 2]}"), Reason.MALFORMED);
        refused("forms", new byte[] {0, 1, 2, (byte) 0xFF}, Reason.MALFORMED);
        refused("forms", new byte[0], Reason.EMPTY_RECORD);
        applied("forms", "good", 1, 2);
    }

    @Test
    void aTombstoneIsADeadLetter() throws Exception {
        RecordMetadata place = wire.send(stack.topics().ingest(), "tombs", (byte[]) null);
        DeadLetter letter = wire.deadLetter(place);
        assertThat(letter.getReason()).isEqualTo(Reason.EMPTY_RECORD.name());
        assertThat(letter.getOriginal().remaining()).isZero();
        assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(json("tombs")));
        applied("tombs", "good", 1, 2);
    }

    @Test
    void recordsThatLackOrExceedAreDeadLetters() throws Exception {
        refused("fields", json("{\"namespace\": \"fields\", \"id\": \"a\"}"), Reason.MISSING_FIELD);
        refused("fields", json("{\"namespace\": \"fields\", \"vector\": [1, 2]}"), Reason.MISSING_FIELD);
        refused("fields", json("{\"namespace\": \"fields\", \"id\": \"\", \"vector\": [1, 2]}"), Reason.BAD_NAME);
        refused("fields", avro(item("fields", "nan", 1, Float.NaN)), Reason.NOT_FINITE);
        refused("fields", avro(item("fields", "inf", Float.NEGATIVE_INFINITY, 1)), Reason.NOT_FINITE);
        IngestRecord heavy = item("fields", "heavy", 1, 2);
        heavy.setPayload(ByteBuffer.allocate(65_537));
        refused("fields", avro(heavy), Reason.TOO_LARGE);
        applied("fields", "good", 1, 2);
    }

    @Test
    void aRecordTooLargeForADeadLetterIsKeptInPartAndSaysWhereTheWholeIs() throws Exception {
        refused("large", filled(600_000), Reason.MALFORMED);
        for (int bytes : new int[] {1_000_000, 3_000_000}) {
            byte[] value = filled(bytes);
            DeadLetter letter = wire.deadLetter(wire.send(stack.topics().ingest(), "large", value));
            int kept = letter.getOriginal().remaining();
            assertThat(kept).isBetween(600_000, bytes - 1);
            assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(value, 0, kept));
            assertThat(letter.getMessage()).contains("of its " + bytes + " bytes the first " + kept);
            assertThat(letter.getReason()).isEqualTo(bytes > 1 << 20 ? "TOO_LARGE" : "MALFORMED");
        }
        applied("large", "good", 1, 2);
    }

    @Test
    void whatTheShardCannotTakeIsADeadLetter() throws Exception {
        refused("shard", avro(item("shard", "zero", 0, 0)), Reason.ZERO_VECTOR);
        applied("shard", "good", 1, 2);
        refused("shard", avro(item("shard", "wide", 1, 2, 3)), Reason.WRONG_DIMENSION);
        refused("shard", avro(item("shard", "zero", 0, 0)), Reason.ZERO_VECTOR);
        refused(
                "shard",
                json("{\"namespace\": \"shard\", \"id\": \"wide\", \"vector\": [1, 2, 3]}"),
                Reason.WRONG_DIMENSION);
    }

    @Test
    void aSecondUpsertOfAnIdReplacesTheFirstAndADeleteOfNoneDoesNoHarm() throws Exception {
        wire.send(stack.topics().ingest(), "twice", avro(item("twice", "a", 1, 0)));
        wire.send(
                stack.topics().ingest(),
                "twice",
                json("{\"op\": \"delete\", \"namespace\": \"twice\", \"id\": \"never there\"}"));
        applied("twice", "a", 0, 1);
        assertThat(wire.deadLetters.all()).noneMatch(letter -> "twice".equals(letter.getNamespace()));
    }

    @Test
    void questionsThatCannotBeAnsweredSayWhy() throws Exception {
        applied("asked", "good", 1, 2);
        assertThat(error("k0", "asked", ", \"k\": 0, \"vector\": [1, 2]")).contains("k = 0", "1 to 1000");
        assertThat(error("k1001", "asked", ", \"k\": 1001, \"vector\": [1, 2]")).contains("k = 1001", "1 to 1000");
        assertThat(error("wide", "asked", ", \"vector\": [1, 2, 3]")).contains("2-dimensional", "'wide' has 3");
        assertThat(error("zero", "asked", ", \"vector\": [0, 0]")).contains("all zeros");
        assertThat(error("none", "nowhere", ", \"vector\": [1, 2]")).contains("'nowhere' does not exist");
        QueryRecord nan = question("nan", "asked", 1, Float.NaN);
        assertThat(wire.ask("nan", "asked", WireCodec.QUERY.encode(nan, WireFormat.AVRO))
                        .getError())
                .contains("NaN at index 1");
        refusedQuestion(json("{\"id\": \"torn\", \"namespace\": \"asked\""), Reason.MALFORMED);
        refusedQuestion(json("{\"id\": \"\", \"namespace\": \"asked\", \"vector\": [1]}"), Reason.BAD_NAME);
        refusedQuestion(
                json("{\"id\": \"" + "q".repeat(600_000) + "\", \"namespace\": \"asked\", \"vector\": [1]}"),
                Reason.BAD_NAME);
        refusedQuestion(null, Reason.EMPTY_RECORD);
        applied("asked", "good", 1, 2);
    }

    @Test
    void anAnswerLargerThanKafkaTakesHoldsTheBestHitsThatFit() throws Exception {
        for (int i = 0; i < 300; i++) {
            IngestRecord heavy = item("heavy", "h" + i, 1, i);
            heavy.setPayload(ByteBuffer.allocate(65_000));
            wire.send(stack.topics().ingest(), "heavy", avro(heavy));
        }
        applied("heavy", "good", 1, 2);
        QueryResult result =
                wire.ask("all", "heavy", "{\"id\": \"all\", \"namespace\": \"heavy\", \"k\": 300, \"vector\": [1, 2]}");
        int kept = result.getHits().size();
        assertThat(kept).isBetween(1, 20);
        assertThat(result.getHits().get(0).getScore()).isGreaterThan(0.999f);
        assertThat(result.getPartial()).isTrue();
        assertThat(result.getPartialReason()).contains("the best " + kept + " of 300 hits fit");
    }

    /** An ingest record becomes a dead letter that says why and holds it byte for byte. */
    private static void refused(String namespace, byte[] value, Reason reason) throws Exception {
        RecordMetadata place = wire.send(stack.topics().ingest(), namespace, value);
        DeadLetter letter = wire.deadLetter(place);
        assertThat(letter.getReason()).as(letter.getMessage()).isEqualTo(reason.name());
        assertThat(letter.getMessage()).contains(": ");
        assertThat(letter.getTimestamp()).isEqualTo(place.timestamp());
        assertThat(letter.getStage())
                .isEqualTo(
                        reason == Reason.ZERO_VECTOR || reason == Reason.WRONG_DIMENSION
                                ? DeadLetterStage.MEMORY
                                : DeadLetterStage.VALIDATE);
        assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(value));
    }

    private static void refusedQuestion(byte[] value, Reason reason) throws Exception {
        DeadLetter letter = wire.deadLetter(wire.send(stack.topics().queries(), "asked", value));
        assertThat(letter.getReason()).as(letter.getMessage()).isEqualTo(reason.name());
        assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(value == null ? new byte[0] : value));
    }

    private static String error(String id, String namespace, String rest) throws Exception {
        QueryResult result =
                wire.ask(id, namespace, "{\"id\": \"" + id + "\", \"namespace\": \"" + namespace + "\"" + rest + "}");
        assertThat(result.getHits()).isEmpty();
        assertThat(result.getError()).isNotNull();
        return result.getError();
    }

    /** A good record beside the bad ones is applied: the question that waits for it finds it. */
    private static void applied(String namespace, String id, float... vector) throws Exception {
        RecordMetadata place = wire.send(stack.topics().ingest(), namespace, avro(item(namespace, id, vector)));
        String query = namespace + "-" + place.partition() + "-" + place.offset();
        QueryRecord question = question(query, namespace, vector);
        question.setAfter(List.of(new AfterToken(place.partition(), place.offset())));
        QueryResult result = wire.ask(query, namespace, WireCodec.QUERY.encode(question, WireFormat.AVRO));
        assertThat(result.getError()).isNull();
        assertThat(result.getPartial()).as(result.getPartialReason()).isFalse();
        assertThat(result.getHits().stream().map(Hit::getId)).contains(id);
        assertThat(result.getHits().get(0).getScore()).isGreaterThan(0.999f);
    }

    private static IngestRecord item(String namespace, String id, float... vector) {
        return IngestRecord.newBuilder()
                .setNamespace(namespace)
                .setId(id)
                .setVector(Vectors.toBytes(vector))
                .build();
    }

    private static QueryRecord question(String id, String namespace, float... vector) {
        return QueryRecord.newBuilder()
                .setId(id)
                .setNamespace(namespace)
                .setVector(Vectors.toBytes(vector))
                .setIncludePayload(false)
                .build();
    }

    private static byte[] avro(IngestRecord item) {
        return WireCodec.INGEST.encode(item, WireFormat.AVRO);
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] filled(int bytes) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) '{');
        return value;
    }
}
