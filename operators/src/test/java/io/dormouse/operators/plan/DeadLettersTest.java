// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.Reason;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class DeadLettersTest {
    private static final int BYTES_MAX = 20_000;

    private final byte[] value = new byte[50_000];

    DeadLettersTest() {
        new Random(1).nextBytes(value);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aLetterThatFitsHoldsTheOriginalAndItsKey(WireFormat format) throws Exception {
        byte[] original = Arrays.copyOf(value, 10_000);
        DeadLetter letter = letter(format, new byte[] {7}, original, "name");
        assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(original));
        assertThat(letter.getKey()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
        assertThat(letter.getNamespace()).isEqualTo("name");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aLargerOneHoldsTheBeginningAndSaysWhereTheRestIs(WireFormat format) throws Exception {
        DeadLetter letter = letter(format, value, value, "n".repeat(30_000));
        int kept = letter.getOriginal().remaining();
        assertThat(kept).isGreaterThan(14_000);
        assertThat(letter.getOriginal()).isEqualTo(ByteBuffer.wrap(value, 0, kept));
        assertThat(letter.getMessage()).startsWith("why (").contains("only " + kept + " of the original's 50000");
        assertThat(letter.getReason()).isEqualTo("MALFORMED");
        assertThat(letter.getOffset()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aTombstoneWithAHugeKeyFits(WireFormat format) throws Exception {
        DeadLetter letter = letter(format, value, null, null);
        assertThat(letter.getKey()).isNull();
        assertThat(letter.getOriginal().remaining()).isZero();
    }

    private static DeadLetter letter(WireFormat format, byte[] key, byte[] value, String namespace) throws Exception {
        OutputRecord record = new DeadLetters("ingest", format, BYTES_MAX)
                .of(
                        new KafkaRecord("ingest", 3, 5, 1_000, key, value),
                        new Violation(Reason.MALFORMED, "why"),
                        namespace,
                        null);
        int keyBytes = record.key() == null ? 0 : record.key().length;
        assertThat(record.value().length + keyBytes).isLessThanOrEqualTo(BYTES_MAX);
        return WireCodec.DEAD_LETTER.decode(record.value(), format);
    }
}
