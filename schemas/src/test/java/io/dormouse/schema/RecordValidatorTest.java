// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class RecordValidatorTest {
    private final RecordValidator validator = new RecordValidator(Limits.DEFAULTS);

    @Test
    void soundRecordsPass() {
        assertThat(validator.check(SampleRecords.ingest())).isNull();
        assertThat(validator.check(SampleRecords.query())).isNull();
        assertThat(validator.check(SampleRecords.command())).isNull();
        assertThat(validator.checkSize(Limits.DEFAULTS.recordBytesMax())).isNull();
        IngestRecord delete = IngestRecord.newBuilder()
                .setOp(IngestOp.DELETE)
                .setNamespace("docs")
                .setId("a7")
                .build();
        assertThat(validator.check(delete)).isNull();
    }

    @Test
    void namesAreBoundedAndPrintable() {
        ingest(r -> r.setNamespace(""), Reason.BAD_NAME, "the namespace is empty: give it at least one character");
        ingest(r -> r.setId(null), Reason.MISSING_FIELD, "the record has no id, which it needs: add it");
        ingest(
                r -> r.setId("a\nb"),
                Reason.BAD_NAME,
                "id 'a?b' holds the control character U+000A at index 1: remove it");
        ingest(
                r -> r.setNamespace("é".repeat(65)),
                Reason.BAD_NAME,
                "namespace '" + "é".repeat(64)
                        + "...' (65 characters) takes 130 bytes of UTF-8; at most 128 are allowed: choose a shorter one");
        ingest(
                r -> r.setId("a\ud800"),
                Reason.BAD_NAME,
                "id 'a?' holds half of a surrogate pair: send whole characters");
        query(q -> q.setId(""), Reason.BAD_NAME, "the id is empty: give it at least one character");
        query(q -> q.setNamespace(""), Reason.BAD_NAME, "the namespace is empty: give it at least one character");
        command(c -> c.setNamespace(""), Reason.BAD_NAME, "the namespace is empty: give it at least one character");
    }

    @Test
    void vectorsAreWholeBoundedAndFinite() {
        ingest(r -> r.setVector(null), Reason.MISSING_FIELD, "record 'a7' has no vector, which it needs: add it");
        query(
                q -> q.setVector(ByteBuffer.allocate(0)),
                Reason.MISSING_FIELD,
                "query 'q1' has no vector, which it needs: add it");
        ingest(
                r -> r.setVector(ByteBuffer.allocate(7)),
                Reason.MALFORMED,
                "record 'a7' has a vector of 7 bytes; float32 takes 4 a dimension: send little-endian float32");
        ingest(
                r -> r.setVector(Vectors.toBytes(new float[4097])),
                Reason.TOO_LARGE,
                "record 'a7' has a vector of 4097 dimensions; at most 4096 are allowed: use a smaller embedding or raise the limit");
        ingest(
                r -> r.setVector(Vectors.toBytes(new float[] {1, 2, Float.NaN})),
                Reason.NOT_FINITE,
                "record 'a7' has NaN at index 2 of its vector of 3 dimensions: send finite float32 numbers");
        ingest(
                r -> r.setVector(Vectors.toBytes(new float[] {1, -2e15f})),
                Reason.OUT_OF_RANGE,
                "record 'a7' has -1.99999997E15 at index 1 of its vector; components beyond +-1e15 are refused, as distances would overflow: scale the vectors");
        query(
                q -> q.setVector(Vectors.toBytes(new float[] {Float.NEGATIVE_INFINITY})),
                Reason.NOT_FINITE,
                "query 'q1' has -Infinity at index 0 of its vector of 1 dimensions: send finite float32 numbers");
    }

    @Test
    void jsonNumbersThatAreNoFiniteFloatsReachTheValidator() throws Exception {
        for (String number : new String[] {"NaN", "-Infinity", "1e39"}) {
            String json = "{\"id\": \"q1\", \"namespace\": \"docs\", \"vector\": [1, " + number + "]}";
            QueryRecord query = WireCodec.QUERY.decode(json.getBytes("UTF-8"), WireFormat.JSON);
            assertThat(validator.check(query).reason()).isEqualTo(Reason.NOT_FINITE);
        }
    }

    @Test
    void itemsAreBounded() {
        ingest(
                r -> r.setPayload(ByteBuffer.allocate(65_537)),
                Reason.TOO_LARGE,
                "record 'a7' has a payload of 65537 bytes; at most 65536 are allowed: store it elsewhere and send its address");
        Map<String, Object> many = new HashMap<>();
        for (int i = 0; i < 65; i++) {
            many.put("m" + i, 1L);
        }
        ingest(
                r -> r.setMetadata(many),
                Reason.TOO_LARGE,
                "record 'a7' has 65 metadata entries; at most 64 are allowed: move the rest into the payload");
        ingest(
                r -> r.setMetadata(Map.of("abc", "x".repeat(16_382))),
                Reason.TOO_LARGE,
                "record 'a7' has 16385 bytes of metadata; at most 16384 are allowed: move long values into the payload");
        ingest(
                r -> r.setMetadata(Map.of("", 1L)),
                Reason.BAD_NAME,
                "the metadata key is empty: give it at least one character");
        ingest(
                r -> r.setMetadata(Map.of("w", Double.NaN)),
                Reason.NOT_FINITE,
                "record 'a7' has NaN under metadata key 'w': send a finite number or null");
        ingest(
                r -> r.setMetadata(Map.of("w", "\udc00")),
                Reason.MALFORMED,
                "record 'a7' has half of a surrogate pair under metadata key 'w': send whole characters");
        ingest(r -> r.setMetadata(null), Reason.MISSING_FIELD, "record 'a7' has no metadata, which it needs: add it");
        ingest(
                r -> r.setImportance(1.5f),
                Reason.OUT_OF_RANGE,
                "record 'a7' has importance 1.5: it must be a number from 0 to 1");
        ingest(
                r -> r.setImportance(Float.NaN),
                Reason.OUT_OF_RANGE,
                "record 'a7' has importance NaN: it must be a number from 0 to 1");
        ingest(
                r -> r.setTtlMillis(-5L),
                Reason.OUT_OF_RANGE,
                "record 'a7' has ttlMillis -5: it must be at least 1, or absent");
    }

    @Test
    void questionsAreBounded() {
        query(q -> q.setK(0), Reason.K_OUT_OF_RANGE, "query 'q1' asks for k = 0 hits: ask for 1 to 1000");
        query(q -> q.setK(1001), Reason.K_OUT_OF_RANGE, "query 'q1' asks for k = 1001 hits: ask for 1 to 1000");
        query(
                q -> q.setRecallTarget(0f),
                Reason.OUT_OF_RANGE,
                "query 'q1' has recallTarget 0.0: it must be above 0 and at most 1, like 0.95");
        query(
                q -> q.setDeadlineMillis(60_001),
                Reason.OUT_OF_RANGE,
                "query 'q1' has deadlineMillis 60001: it must be from 1 to 60000");
        query(
                q -> q.setByteBudget(0),
                Reason.OUT_OF_RANGE,
                "query 'q1' has byteBudget 0: it must be at least 1, or absent");
        query(
                q -> q.setFilter("x".repeat(16_385)),
                Reason.TOO_LARGE,
                "query 'q1' has a filter of 16385 bytes; at most 16384 are allowed: shorten it");
        query(
                q -> q.setFilter("\ud800"),
                Reason.MALFORMED,
                "query 'q1' has half of a surrogate pair in its filter: send whole characters");
        query(
                q -> q.setAfter(Collections.nCopies(17, new AfterToken(0, 1L))),
                Reason.TOO_LARGE,
                "query 'q1' has 17 after tokens; at most 16 are allowed: keep the largest offset of each partition");
        query(
                q -> q.setAfter(Collections.nCopies(1, new AfterToken(0, -1L))),
                Reason.OUT_OF_RANGE,
                "query 'q1' has an after token with offset -1: it must be the place of an ingest record in Kafka, both at least 0");
        query(q -> q.setAfter(null), Reason.MISSING_FIELD, "query 'q1' has no after, which it needs: add it");
    }

    @Test
    void commandsAreWholeAndAlterOnlyWhatCanChange() {
        command(c -> c.setOp(null), Reason.MISSING_FIELD, "command 'c1' has no op, which it needs: add it");
        command(
                c -> c.setDimension(null),
                Reason.MISSING_FIELD,
                "command 'c1' has no dimension, which it needs: add it");
        command(
                c -> c.setDimension(4097),
                Reason.OUT_OF_RANGE,
                "command 'c1' has dimension 4097: it must be from 1 to 4096");
        command(
                c -> c.setPartitions(0),
                Reason.OUT_OF_RANGE,
                "command 'c1' has partitions 0: it must be from 1 to 1024");
        command(
                c -> c.setItemsMax(-1L),
                Reason.OUT_OF_RANGE,
                "command 'c1' has itemsMax -1: it must be at least 0, or absent");
        command(
                c -> c.setOp(NamespaceOp.ALTER),
                Reason.CONFLICT,
                "command 'c1' alters dimension to 384, which is fixed at creation: create another namespace, or erase this one and create it anew");
        NamespaceCommand nothing = NamespaceCommand.newBuilder()
                .setId("c2")
                .setOp(NamespaceOp.ALTER)
                .setNamespace("docs")
                .build();
        assertThat(validator.check(nothing))
                .isEqualTo(new Violation(
                        Reason.MISSING_FIELD,
                        "command 'c2' alters nothing: give recallTarget, itemsMax, bytesMax or recordsPerSecondMax"));
        nothing.setItemsMax(0L);
        assertThat(validator.check(nothing)).isNull();
        for (Consumer<NamespaceCommand> fixed : java.util.List.<Consumer<NamespaceCommand>>of(
                c -> c.setMetric(MetricName.L2), c -> c.setCode(CodeName.INT8), c -> c.setPartitions(2))) {
            NamespaceCommand alter = NamespaceCommand.newBuilder(nothing).build();
            fixed.accept(alter);
            assertThat(validator.check(alter).reason()).isEqualTo(Reason.CONFLICT);
        }
    }

    @Test
    void hammingAndBinaryNeedEachOther() {
        command(
                c -> c.setMetric(MetricName.HAMMING),
                Reason.UNSUPPORTED,
                "command 'c1' wants metric HAMMING with code INT8; HAMMING and BINARY need each other: leave one of them out");
        command(
                c -> c.setCode(CodeName.BINARY),
                Reason.UNSUPPORTED,
                "command 'c1' wants metric COSINE with code BINARY; HAMMING and BINARY need each other: leave one of them out");
        NamespaceCommand binary = SampleRecords.command();
        binary.setCode(CodeName.BINARY);
        binary.setMetric(MetricName.HAMMING);
        assertThat(validator.check(binary)).isNull();
        binary.setMetric(null);
        assertThat(validator.check(binary)).isNull();
    }

    @Test
    void namesOfANewerVersionAreRefused() {
        command(
                c -> c.setCode(CodeName.UNKNOWN),
                Reason.UNSUPPORTED,
                "command 'c1' names a code that this job does not know: choose one of those in its schema, or update the job");
        command(
                c -> c.setMetric(MetricName.UNKNOWN),
                Reason.UNSUPPORTED,
                "command 'c1' names a metric that this job does not know: choose one of those in its schema, or update the job");
    }

    @Test
    void recordsAreBoundedBeforeTheyAreDecoded() {
        assertThat(validator.checkSize(1_048_577))
                .isEqualTo(
                        new Violation(
                                Reason.TOO_LARGE,
                                "the record has 1048577 bytes; at most 1048576 are allowed: send a smaller payload or raise the limit"));
        assertThatThrownBy(() -> new Limits(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))
                .hasMessage("dimensionMax is 0: set it to at least 1");
    }

    @Test
    void whatOnlyTheMemoryKnowsHasItsWordsHere() {
        assertThat(Violation.wrongDimension("docs", 384, "a7", 768).message())
                .isEqualTo(
                        "namespace 'docs' holds 384-dimensional vectors; record 'a7' has 768: send it to another namespace or erase this one first");
        assertThat(Violation.wrongQueryDimension("docs", 384, "q1", 768).message())
                .isEqualTo(
                        "namespace 'docs' holds 384-dimensional vectors; query 'q1' has 768: embed it with the model that made the namespace's vectors");
        assertThat(Violation.zeroVectorUnderCosine("docs", "a7").message())
                .isEqualTo(
                        "namespace 'docs' compares by cosine; the vector of 'a7' is all zeros and has no direction: send a vector that is not zero, or use a namespace with metric L2");
        assertThat(Violation.unknownNamespace("dcos").message())
                .isEqualTo(
                        "namespace 'dcos' does not exist: check its name, create it with a command, or send its first record");
        assertThat(Violation.notBinary("docs", "a7").message())
                .isEqualTo(
                        "namespace 'docs' holds binary vectors; the vector of 'a7' has components other than 0 and 1: send zeros and ones, or use a namespace with another metric than HAMMING");
        assertThat(Violation.unsupported("docs", "needs more").message()).isEqualTo("namespace 'docs': needs more");
        assertThat(Violation.itemsLimit("docs", 10, "a7").message())
                .isEqualTo(
                        "namespace 'docs' may hold 10 items and is full; record 'a7' is a new one: delete items, or raise itemsMax with an ALTER command");
        assertThat(Violation.bytesLimit("docs", 1_000, "a7", 1_600))
                .isEqualTo(
                        new Violation(
                                Reason.LIMIT_REACHED,
                                "namespace 'docs' may hold 1000 bytes and has no room for the 1600 of record 'a7': delete items, send less payload, or raise bytesMax with an ALTER command"));
        assertThat(Violation.rateLimit("docs", 10, "a7"))
                .isEqualTo(
                        new Violation(
                                Reason.RATE_LIMITED,
                                "namespace 'docs' takes 10 records a second; record 'a7' is one too many: send it again, slower, or raise recordsPerSecondMax with an ALTER command"));
        assertThat(Violation.tooManySpread(3).message())
                .isEqualTo(
                        "the job has 3 namespaces of several partitions, the most it may have: create this one with one partition or erase another");
        assertThat(Violation.unknownPartition("docs", 2).message())
                .isEqualTo(
                        "partition 2 of namespace 'docs' does not exist, it was erased or its creation never finished: create the namespace and send the record again");
        assertThat(Violation.settingConflict("docs", "metric", MetricName.L2, MetricName.COSINE)
                        .message())
                .isEqualTo(
                        "namespace 'docs' exists with metric L2; the command wants COSINE: erase the namespace first or choose another name");
    }

    private void ingest(Consumer<IngestRecord> fault, Reason reason, String message) {
        IngestRecord record = SampleRecords.ingest();
        fault.accept(record);
        assertThat(validator.check(record)).isEqualTo(new Violation(reason, message));
    }

    private void query(Consumer<QueryRecord> fault, Reason reason, String message) {
        QueryRecord query = SampleRecords.query();
        fault.accept(query);
        assertThat(validator.check(query)).isEqualTo(new Violation(reason, message));
    }

    private void command(Consumer<NamespaceCommand> fault, Reason reason, String message) {
        NamespaceCommand command = SampleRecords.command();
        fault.accept(command);
        assertThat(validator.check(command)).isEqualTo(new Violation(reason, message));
    }
}
