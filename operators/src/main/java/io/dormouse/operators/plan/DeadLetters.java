// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.DeadLetterStage;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Writes dead letters: what, where from, why, and the original bytes.
 *
 * @param ingestTopic the topic that shard records of ingest came from
 * @param format how dead letters are written
 */
public record DeadLetters(String ingestTopic, WireFormat format) implements Serializable {
    private static final byte[] NOTHING = {};

    public DeadLetters {
        Objects.requireNonNull(ingestTopic, "ingestTopic");
        Objects.requireNonNull(format, "format");
    }

    /** The dead letter of a record that failed validation. */
    public OutputRecord of(KafkaRecord record, Violation why, String namespace, String id) {
        return write(
                DeadLetter.newBuilder()
                        .setTopic(record.topic())
                        .setPartition(record.partition())
                        .setOffset(record.offset())
                        .setTimestamp(record.timestampMillis())
                        .setStage(DeadLetterStage.VALIDATE),
                why,
                namespace,
                id,
                record.key(),
                record.value());
    }

    /** The dead letter of an ingest record that its shard could not take. */
    public OutputRecord of(ShardRecord record, Violation why, String id) {
        return write(
                DeadLetter.newBuilder()
                        .setTopic(ingestTopic)
                        .setPartition(record.partition())
                        .setOffset(record.offset())
                        .setTimestamp(record.timestampMillis())
                        .setStage(DeadLetterStage.MEMORY),
                why,
                record.shard().namespace(),
                id,
                record.key(),
                record.originalValue());
    }

    private OutputRecord write(
            DeadLetter.Builder letter, Violation why, String namespace, String id, byte[] key, byte[] original) {
        letter.setReason(why.reason().name())
                .setMessage(why.message())
                .setNamespace(namespace)
                .setId(id)
                .setKey(key == null ? null : ByteBuffer.wrap(key))
                .setOriginal(ByteBuffer.wrap(original == null ? NOTHING : original));
        byte[] outKey = namespace == null ? key : namespace.getBytes(StandardCharsets.UTF_8);
        return new OutputRecord(outKey, WireCodec.DEAD_LETTER.encode(letter.build(), format));
    }
}
