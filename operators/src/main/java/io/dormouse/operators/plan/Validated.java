// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.RecordValidator;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/**
 * The outcome of reading and checking one Kafka record.
 *
 * @param record what it holds, or null when it could not be read
 * @param body its Avro form, or null when it could not be read
 * @param violation what is wrong with it, or null
 */
public record Validated<T extends SpecificRecord>(T record, byte[] body, Violation violation) {

    /** Reads a record and checks it; never throws, whatever the bytes are. */
    public static <T extends SpecificRecord> Validated<T> of(
            KafkaRecord kafka,
            WireCodec<T> codec,
            WireFormat format,
            RecordValidator validator,
            Function<T, Violation> check) {
        byte[] value = kafka.value();
        Violation size = value == null ? null : validator.checkSize(value.length);
        if (size != null) {
            return new Validated<>(null, null, size);
        }
        try {
            T record = codec.decode(value, format);
            Violation violation = check.apply(record);
            byte[] body = violation != null || WireCodec.isAvro(value, format)
                    ? value
                    : codec.encode(record, WireFormat.AVRO);
            return new Validated<>(record, body, violation);
        } catch (MalformedRecordException e) {
            return new Validated<>(null, null, e.violation());
        }
    }

    /** The value in its original form when the body is not that; else null. */
    public byte[] original(KafkaRecord kafka) {
        return body == kafka.value() ? null : kafka.value();
    }

    /** The dead letter of a record that has a violation. */
    public OutputRecord deadLetter(KafkaRecord kafka, DeadLetters letters, String namespace, String id) {
        return letters.of(kafka, violation, namespace, id);
    }
}
