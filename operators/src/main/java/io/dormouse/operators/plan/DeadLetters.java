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
 * @param bytesMax bytes of a dead letter; a larger one goes with the beginning of the original, and says so
 */
public record DeadLetters(String ingestTopic, WireFormat format, int bytesMax) implements Serializable {
    private static final byte[] NOTHING = {};
    /** Room for the words that say what was left out. */
    private static final int NOTICE_BYTES = 512;

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
        byte[] value = WireCodec.DEAD_LETTER.encode(letter.build(), format);
        return value.length + (outKey == null ? 0 : outKey.length) <= bytesMax
                ? new OutputRecord(outKey, value)
                : shortened(letter, original == null ? NOTHING : original);
    }

    /** A dead letter that Kafka takes: names and key may be as large as the original, so they stay behind as well. */
    private OutputRecord shortened(DeadLetter.Builder letter, byte[] original) {
        letter.setNamespace(null).setId(null).setKey(null).setOriginal(ByteBuffer.wrap(NOTHING));
        int bare = WireCodec.DEAD_LETTER.encode(letter.build(), format).length + NOTICE_BYTES;
        int room = Math.max(0, bytesMax - bare);
        // Base64 takes four bytes for three.
        int kept = Math.min(original.length, format == WireFormat.JSON ? room / 4 * 3 : room);
        letter.setMessage(letter.getMessage() + " (a dead letter may have " + bytesMax + " bytes, so only " + kept
                + " of the original's " + original.length + " are here: read it where it came from)");
        letter.setOriginal(ByteBuffer.wrap(original, 0, kept));
        return new OutputRecord(null, WireCodec.DEAD_LETTER.encode(letter.build(), format));
    }
}
