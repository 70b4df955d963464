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
 * Writes dead letters: what, where from, why, and the original bytes. Of a record too large to fit into another record
 * the letter holds the beginning, and says so; a name or key of absurd length is left out.
 *
 * @param ingestTopic the topic that shard records of ingest came from
 * @param format how dead letters are written
 */
public record DeadLetters(String ingestTopic, WireFormat format) implements Serializable {
    private static final byte[] NOTHING = {};
    /** As base64 four thirds of it, which leaves room for the rest of the letter in what a broker takes. */
    private static final int ORIGINAL_BYTES_MAX = 640 * 1024;

    private static final int KEY_BYTES_MAX = 16 * 1024;
    private static final int NAME_CHARACTERS_MAX = 1024;

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
        String shownNamespace = isShort(namespace) ? namespace : null;
        byte[] shownKey = key == null || key.length > KEY_BYTES_MAX ? null : key;
        byte[] value = original == null ? NOTHING : original;
        int kept = Math.min(value.length, ORIGINAL_BYTES_MAX);
        letter.setReason(why.reason().name())
                .setMessage(kept == value.length ? why.message() : why.message() + cut(value.length, kept))
                .setNamespace(shownNamespace)
                .setId(isShort(id) ? id : null)
                .setKey(shownKey == null ? null : ByteBuffer.wrap(shownKey))
                .setOriginal(ByteBuffer.wrap(value, 0, kept));
        byte[] outKey = shownNamespace == null ? shownKey : shownNamespace.getBytes(StandardCharsets.UTF_8);
        return new OutputRecord(outKey, WireCodec.DEAD_LETTER.encode(letter.build(), format));
    }

    private static boolean isShort(String name) {
        return name != null && name.length() <= NAME_CHARACTERS_MAX;
    }

    private static String cut(int bytes, int kept) {
        return " (of its " + bytes + " bytes the first " + kept
                + " are here: read the whole at its topic, partition and offset)";
    }
}
