// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dormouse.operators.namespace.DefaultCode;
import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.plan.DeadLetters;
import io.dormouse.operators.plan.InputSettings;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.Limits;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.Profile;
import io.dormouse.state.shard.ShardKey;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/** Records for tests of operators, small and readable; every form that leaves the job is read back through its codec. */
public final class Samples {
    public static final NamespaceDefaults DEFAULTS =
            new NamespaceDefaults(Metric.COSINE, DefaultCode.INT8, 1f, Profile.FULL);
    public static final DeadLetters LETTERS = new DeadLetters("ingest", WireFormat.JSON);
    public static final InputSettings INPUT = new InputSettings(WireFormat.AUTO, Limits.DEFAULTS, LETTERS);

    private Samples() {}

    /** A vector near the axis {@code item % dimension}; different items have different vectors. */
    public static float[] vector(int dimension, int item) {
        Random random = new Random(item);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = random.nextFloat(-0.2f, 0.2f);
        }
        vector[Math.floorMod(item, dimension)] += 1;
        return vector;
    }

    public static IngestRecord.Builder upsert(String namespace, String id, float... vector) {
        return IngestRecord.newBuilder()
                .setNamespace(namespace)
                .setId(id)
                .setVector(Vectors.toBytes(vector))
                .setPayload(ByteBuffer.wrap(("text of " + id).getBytes(UTF_8)));
    }

    public static IngestRecord.Builder delete(String namespace, String id) {
        return IngestRecord.newBuilder()
                .setOp(IngestOp.DELETE)
                .setNamespace(namespace)
                .setId(id);
    }

    public static QueryRecord.Builder query(String id, String namespace, int k, float... vector) {
        return QueryRecord.newBuilder()
                .setId(id)
                .setNamespace(namespace)
                .setK(k)
                .setVector(Vectors.toBytes(vector));
    }

    public static AfterToken after(int partition, long offset) {
        return new AfterToken(partition, offset);
    }

    public static NamespaceCommand.Builder create(String id, String namespace, int dimension, int partitions) {
        return NamespaceCommand.newBuilder()
                .setId(id)
                .setOp(NamespaceOp.CREATE)
                .setNamespace(namespace)
                .setDimension(dimension)
                .setPartitions(partitions);
    }

    public static NamespaceCommand.Builder erase(String id, String namespace) {
        return NamespaceCommand.newBuilder().setId(id).setOp(NamespaceOp.ERASE).setNamespace(namespace);
    }

    public static NamespaceCommand.Builder alter(String id, String namespace) {
        return NamespaceCommand.newBuilder().setId(id).setOp(NamespaceOp.ALTER).setNamespace(namespace);
    }

    public static CommandRecord command(NamespaceCommand.Builder command, long offset) {
        return new CommandRecord(0, offset, 1_000, WireCodec.COMMAND.encode(command.build(), WireFormat.AVRO));
    }

    /** An ingest record for a partition of its namespace, from Kafka partition 0. */
    public static ShardRecord ingest(IngestRecord.Builder record, int shard, long offset) {
        return shard(Kind.INGEST, record, shard, offset);
    }

    public static ShardRecord supersede(IngestRecord.Builder record, long offset) {
        return shard(Kind.SUPERSEDE, record, 0, offset);
    }

    private static ShardRecord shard(Kind kind, IngestRecord.Builder builder, int shard, long offset) {
        IngestRecord record = builder.build();
        return new ShardRecord(
                kind,
                new ShardKey(record.getNamespace(), shard),
                1,
                0,
                offset,
                2_000 + offset,
                WireCodec.INGEST.encode(record, WireFormat.AVRO),
                null,
                record.getNamespace().getBytes(UTF_8));
    }

    /** How far ingest has come in Kafka partition 0. */
    public static ShardRecord progress(String namespace, int shard, long offset) {
        return progress(namespace, shard, 0, offset);
    }

    /** How far ingest has come in a Kafka partition. */
    public static ShardRecord progress(String namespace, int shard, int partition, long offset) {
        return new ShardRecord(
                Kind.PROGRESS, new ShardKey(namespace, shard), 1, partition, offset, 0, new byte[0], null, null);
    }

    /** A query as planned for one of {@code parts} shards. */
    public static ShardRecord ask(QueryRecord.Builder query, int shard, int parts, long arrivedMillis) {
        QueryRecord record = query.build();
        return new ShardRecord(
                Kind.QUERY,
                new ShardKey(record.getNamespace(), shard),
                parts,
                3,
                Math.abs((long) record.getId().hashCode()),
                arrivedMillis,
                WireCodec.QUERY.encode(record, WireFormat.AVRO),
                null,
                null);
    }

    public static KafkaRecord kafka(String topic, long offset, byte[] value) {
        return new KafkaRecord(topic, 0, offset, 5_000, "key".getBytes(UTF_8), value);
    }

    public static QueryResult result(OutputRecord record) {
        return read(WireCodec.RESULT, record.value(), WireFormat.AUTO);
    }

    public static DeadLetter letter(OutputRecord record) {
        return read(WireCodec.DEAD_LETTER, record.value(), WireFormat.AUTO);
    }

    public static MemoryEvent event(OutputRecord record) {
        return read(WireCodec.EVENT, record.value(), WireFormat.AUTO);
    }

    public static NamespaceCommand command(OutputRecord record) {
        return read(WireCodec.COMMAND, record.value(), WireFormat.AUTO);
    }

    public static <T extends SpecificRecord> T read(WireCodec<T> codec, byte[] bytes, WireFormat format) {
        try {
            return codec.decode(bytes, format);
        } catch (MalformedRecordException e) {
            throw new AssertionError("what the job wrote cannot be read: " + e.getMessage(), e);
        }
    }

    public static List<String> ids(QueryResult result) {
        return result.getHits().stream().map(Hit::getId).toList();
    }

    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
