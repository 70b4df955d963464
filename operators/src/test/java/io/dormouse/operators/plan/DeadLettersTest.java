// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import static io.dormouse.operators.Samples.bytes;
import static io.dormouse.operators.Samples.letter;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.Reason;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireFormat;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dead letters must always fit through a broker, or the record that caused one would stop the job for ever. */
class DeadLettersTest {
    /** What a broker takes unless it is told otherwise. */
    private static final int BROKER_BYTES_MAX = 1_048_576;

    @ParameterizedTest
    @EnumSource(names = {"AVRO", "JSON"})
    void theLargestRecordMakesADeadLetterThatABrokerTakes(WireFormat format) {
        byte[] value = random(BROKER_BYTES_MAX + 500_000);
        byte[] key = random(900_000);
        KafkaRecord record = new KafkaRecord("ingest", 1, 2, 3, key, value);

        OutputRecord written =
                new DeadLetters("ingest", format).of(record, new Violation(Reason.TOO_LARGE, "too large"), null, null);

        DeadLetter letter = letter(written);
        assertThat(written.value().length + (written.key() == null ? 0 : written.key().length))
                .isLessThan(BROKER_BYTES_MAX - 10_000);
        assertThat(bytes(letter.getOriginal()))
                .isEqualTo(Arrays.copyOf(value, letter.getOriginal().remaining()));
        assertThat(letter.getMessage()).startsWith("too large").contains("1548576 bytes");
    }

    @ParameterizedTest
    @EnumSource(names = {"AVRO", "JSON"})
    void aRecordOfOrdinarySizeIsKeptWhole(WireFormat format) {
        byte[] value = random(500_000);
        KafkaRecord record = new KafkaRecord("ingest", 1, 2, 3, random(1_000), value);

        DeadLetter letter = letter(
                new DeadLetters("ingest", format).of(record, new Violation(Reason.MALFORMED, "bad"), "docs", "a"));

        assertThat(bytes(letter.getOriginal())).isEqualTo(value);
        assertThat(bytes(letter.getKey())).isEqualTo(record.key());
        assertThat(letter.getMessage()).isEqualTo("bad");
    }

    @ParameterizedTest
    @EnumSource(names = {"AVRO", "JSON"})
    void namesOfAbsurdLengthAreLeftOut(WireFormat format) {
        KafkaRecord record = Samples.kafka("ingest", 1, new byte[] {1});

        DeadLetter letter = letter(new DeadLetters("ingest", format)
                .of(record, new Violation(Reason.BAD_NAME, "bad"), "n".repeat(400_000), "x".repeat(400_000)));

        assertThat(letter.getNamespace()).isNull();
        assertThat(letter.getId()).isNull();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
