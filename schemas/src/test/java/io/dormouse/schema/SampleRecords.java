// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One record of each type with every field set; the golden files hold exactly these. */
final class SampleRecords {
    /** A codec, the name of its golden files, and the record they hold. */
    record Sample<T extends SpecificRecord>(String name, WireCodec<T> codec, T record) {
        @Override
        public String toString() {
            return name;
        }
    }

    private SampleRecords() {}

    static List<Sample<?>> all() {
        return List.of(
                new Sample<>("ingest", WireCodec.INGEST, ingest()),
                new Sample<>("query", WireCodec.QUERY, query()),
                new Sample<>("result", WireCodec.RESULT, result()),
                new Sample<>("command", WireCodec.COMMAND, command()),
                new Sample<>("dead-letter", WireCodec.DEAD_LETTER, deadLetter()),
                new Sample<>("access", WireCodec.ACCESS, access()),
                new Sample<>("event", WireCodec.EVENT, event()));
    }

    static IngestRecord ingest() {
        return IngestRecord.newBuilder()
                .setNamespace("docs")
                .setId("a7")
                .setVector(Vectors.toBytes(new float[] {0.1f, -2.5f, 1e-30f}))
                .setPayload(utf8("Überschrift"))
                .setMetadata(Map.of("year", 1999L))
                .setEventTime(1_000L)
                .setVersion(3L)
                .setTtlMillis(86_400_000L)
                .setPinned(true)
                .setImportance(0.75f)
                .build();
    }

    static QueryRecord query() {
        return QueryRecord.newBuilder()
                .setId("q1")
                .setNamespace("docs")
                .setVector(Vectors.toBytes(new float[] {0.1f, -2.5f, 1e-30f}))
                .setK(5)
                .setKind(QueryKind.CONTEXT)
                .setRecallTarget(0.95f)
                .setDeadlineMillis(200)
                .setFilter("year > 1990")
                .setByteBudget(4096)
                .setAfter(List.of(new AfterToken(2, 41L)))
                .setIncludeVector(true)
                .build();
    }

    static QueryResult result() {
        Hit hit = Hit.newBuilder()
                .setId("a7")
                .setScore(-0.125f)
                .setKind(MemoryKind.EPISODIC)
                .setTier(Tier.HOT)
                .setPayload(ByteBuffer.wrap(new byte[] {(byte) 0xff, 0}))
                .setMetadata(Map.of("open", true))
                .setVector(Vectors.toBytes(new float[] {0.1f}))
                .setEventTime(1_000L)
                .setVersion(3L)
                .build();
        return QueryResult.newBuilder()
                .setQueryId("q1")
                .setNamespace("docs")
                .setAttempt("job-0/1")
                .setHits(List.of(hit))
                .setPartial(true)
                .setPartialReason("the deadline passed")
                .setError("none")
                .setCost(new QueryCost(1, 2, 3, 400, 20, 5_000L, 60L, 7L))
                .build();
    }

    static NamespaceCommand command() {
        return NamespaceCommand.newBuilder()
                .setId("c1")
                .setOp(NamespaceOp.CREATE)
                .setNamespace("docs")
                .setDimension(384)
                .setMetric(MetricName.COSINE)
                .setCode(CodeName.INT8)
                .setPartitions(4)
                .setRecallTarget(0.9f)
                .setItemsMax(1_000_000L)
                .setBytesMax(0L)
                .setRecordsPerSecondMax(100)
                .build();
    }

    static DeadLetter deadLetter() {
        return DeadLetter.newBuilder()
                .setTopic("ingest")
                .setPartition(2)
                .setOffset(41L)
                .setTimestamp(1_000L)
                .setStage(DeadLetterStage.VALIDATE)
                .setReason("NOT_FINITE")
                .setMessage("record 'a7' has NaN")
                .setNamespace("docs")
                .setId("a7")
                .setKey(utf8("docs"))
                .setOriginal(ByteBuffer.wrap(new byte[] {0, 1, (byte) 0xc3}))
                .build();
    }

    static AccessRecord access() {
        return new AccessRecord("docs", 0, 7L, 8L, 1_000L, List.of(1L << 40, -1L), List.of(0, 1), List.of(0, 1));
    }

    static MemoryEvent event() {
        return MemoryEvent.newBuilder()
                .setType(EventType.NAMESPACE_CREATED)
                .setTimeMillis(1_000L)
                .setNamespace("docs")
                .setPartition(1)
                .setCommandId("c1")
                .setMessage("created")
                .setDetails(Map.of("dimension", "384"))
                .build();
    }

    static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
