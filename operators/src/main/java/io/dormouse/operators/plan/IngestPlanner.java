// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.RecordValidator;
import io.dormouse.schema.WireCodec;
import io.dormouse.state.shard.ShardKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Reads ingest records, refuses bad ones, and sends each good one to the shard that holds its id. In a namespace of
 * several partitions the first partition is told as well, because it may still keep the id from before there were
 * several; and every so often all its shards are told how far ingest has come, for the queries that wait for it.
 */
public final class IngestPlanner extends Planner {
    private static final long serialVersionUID = 1L;
    private static final byte[] NO_BODY = {};

    private final InputSettings input;
    private transient RecordValidator validator;
    /** Namespaces of several partitions with news since the last tick: the newest record of each Kafka partition. */
    private transient Map<String, Map<Integer, KafkaRecord>> news;

    public IngestPlanner(InputSettings input) {
        this.input = Objects.requireNonNull(input, "input");
    }

    @Override
    void open() {
        validator = new RecordValidator(input.limits());
        news = new HashMap<>();
    }

    @Override
    void plan(KafkaRecord kafka, PlanContext context) {
        Validated<IngestRecord> read =
                Validated.of(kafka, WireCodec.INGEST, input.format(), validator, validator::check);
        IngestRecord record = read.record();
        if (read.violation() != null) {
            String namespace = record == null ? null : record.getNamespace();
            String id = record == null ? null : record.getId();
            context.refuse(read.deadLetter(kafka, input.deadLetters(), namespace, id));
            return;
        }
        String namespace = record.getNamespace();
        int partitions = context.partitions(namespace);
        int home = ShardKey.partitionOf(record.getId(), partitions);
        byte[] original = read.original(kafka);
        context.send(toShard(Kind.INGEST, namespace, home, kafka, read.body(), original));
        if (home != 0) {
            context.send(toShard(Kind.SUPERSEDE, namespace, 0, kafka, read.body(), original));
        }
        if (partitions > 1) {
            news.computeIfAbsent(namespace, n -> new HashMap<>()).put(kafka.partition(), kafka);
        }
    }

    @Override
    void tick(PlanContext context) {
        news.forEach((namespace, partitions) -> {
            int shards = context.partitions(namespace);
            for (KafkaRecord newest : partitions.values()) {
                for (int shard = 0; shard < shards; shard++) {
                    context.send(toShard(Kind.PROGRESS, namespace, shard, newest, NO_BODY, null));
                }
            }
        });
        news.clear();
    }

    @Override
    void forget(String namespace) {
        news.remove(namespace);
    }

    private static ShardRecord toShard(
            Kind kind, String namespace, int shard, KafkaRecord kafka, byte[] body, byte[] original) {
        return new ShardRecord(
                kind,
                new ShardKey(namespace, shard),
                1,
                kafka.partition(),
                kafka.offset(),
                kafka.timestampMillis(),
                body,
                original,
                kafka.key());
    }
}
