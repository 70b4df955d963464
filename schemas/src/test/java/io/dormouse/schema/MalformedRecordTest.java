// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.message.SchemaStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MalformedRecordTest {
    private static final String QUERY = "{'id': 'q1', 'namespace': 'docs', 'vector': [1], %s}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'kk': 5                      | unknown field 'kk': did you mean 'k'?",
                "'inclduePayload': true       | unknown field 'inclduePayload': did you mean 'includePayload'?",
                "'zzzzzzzzzz': 1              | unknown field 'zzzzzzzzzz': known are id, namespace, vector, k,",
                "'k': 'ten'                   | field 'k' must be an integer; it is the string 'ten'",
                "'k': 1.5                     | field 'k' must be an integer; it is 1.5",
                "'k': null                    | field 'k' must be an integer; it is null",
                "'k': 3000000000              | field 'k' must be an integer of 32 bits; it is 3000000000",
                "'k': 99999999999999999999    | field 'k' must be an integer of 64 bits; it is 99999999999999999999",
                "'k': [1]                     | field 'k' must be an integer; it is an array",
                "'includeVector': 'yes'       | field 'includeVector' must be true or false; it is the string 'yes'",
                "'kind': 'SAERCH'             | field 'kind' is 'SAERCH', which is no QueryKind: did you mean 'SEARCH'?",
                "'recallTarget': true         | field 'recallTarget' must be a number; it is true",
                "'after': [{'partition': 1}]  | field 'offset' is missing; every AfterToken needs it: add it",
                "'after': [{'partition': 'x'}]| field 'after.0.partition' must be an integer; it is the string 'x'",
                "'after': {}                  | field 'after' must be an array; it is an object",
                "'filter': 7                  | field 'filter' must be a string; it is 7",
                "'filter': '\\ud800'          | field 'filter' holds half of a surrogate pair: send whole characters",
                "'id': 'again'                | field 'id' appears twice: send it once",
            })
    void aWrongFieldIsNamedWithItsValueAndWhatWasExpected(String field, String message) {
        String json = QUERY.formatted(field).replace('\'', '"');
        assertThat(refusal(WireCodec.QUERY, json).message())
                .startsWith("the record is not a JSON QueryRecord: " + message)
                .endsWith(")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'vector': 'AA?A'               | field 'vector' is not base64: Illegal base64 character 3f",
                "'vector': {}                   | field 'vector' must be an array of numbers or a base64 string of little-endian float32; it is an object",
                "'vector': [1, 'x']             | field 'vector.1' must be a number; it is the string 'x'",
                "'payload': 5                   | field 'payload' must be a string or {\"base64\": \"...\"}; it is 5",
                "'payload': {'a': 1}            | field 'payload.a' must be a string or {\"base64\": \"...\"}; to send JSON",
                "'payload': {'base64':'', 'b':1}| field 'payload.b' has more than the key 'base64'",
                "'metadata': {'a': {}}          | field 'metadata.a' must be one of null, string, long, double, boolean; it is an object",
                "'metadata': {'a': 1, 'a': 2}   | key 'a' appears twice: send it once",
                "'metadata': {'a': 12345678901234567890} | field 'metadata.a' must be an integer of 64 bits",
            })
    void bytesAndMetadataAreRefusedInTheirOwnWords(String field, String message) {
        String json = ("{'id': 'a', 'namespace': 'n', " + field + "}").replace('\'', '"');
        assertThat(refusal(WireCodec.INGEST, json).message())
                .startsWith("the record is not a JSON IngestRecord: " + message);
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThat(refusal(WireCodec.QUERY, "{\"id\": \"q1\", \"namespace\": \"docs\"}"))
                .isEqualTo(
                        new Violation(
                                Reason.MISSING_FIELD,
                                "the record is not a JSON QueryRecord: field 'vector' is missing; every QueryRecord needs it: add it (line 1, column 34)"));
    }

    @Test
    void aSyntaxErrorIsShownWithItsLineAndColumn() {
        assertThat(refusal(WireCodec.QUERY, "{\n  \"id\": oops}").message())
                .startsWith("the record is not a JSON QueryRecord: bad syntax: Unrecognized token 'oops'")
                .contains("(line 2, column 1");
        assertThat(refusal(WireCodec.QUERY, "{\"id\": \"q1\",").message()).contains("it is truncated");
        assertThat(refusal(WireCodec.QUERY, "{]").message())
                .contains("Unexpected close marker ']': expected '}' (for Object starting at [line: 1, column: 1])");
        assertThat(refusal(WireCodec.QUERY, "[1]").message())
                .contains("the record must be an object, like {\"id\": ...}");
        assertThat(refusal(WireCodec.EVENT, "{} {}").message()).contains("field 'type' is missing");
        String event = new String(WireCodec.EVENT.encode(SampleRecords.event(), WireFormat.JSON), UTF_8);
        assertThat(refusal(WireCodec.EVENT, event + " {}").message())
                .contains("something follows the record's closing brace");
        assertThat(refusal(WireCodec.EVENT, event + "x").message()).contains("bad syntax");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n "})
    void anEmptyRecordIsRefusedAsSuch(String json) {
        assertThat(refusal(WireCodec.INGEST, json).reason()).isEqualTo(Reason.EMPTY_RECORD);
        assertThatThrownBy(() -> WireCodec.INGEST.decode(null, WireFormat.AVRO))
                .hasMessage("the record has no value: send one IngestRecord; to forget an item send op DELETE");
    }

    @Test
    void depthArraysAndStringsAreBounded() {
        assertThat(refusal(WireCodec.INGEST, "{\"id\": \"a\", \"metadata\": " + "[".repeat(100))
                        .reason())
                .isEqualTo(Reason.MALFORMED);
        assertThat(refusal(WireCodec.QUERY, "{\"vector\": [" + "1,".repeat(70_000) + "1]}"))
                .extracting(Violation::reason, Violation::message)
                .satisfies(parts -> assertThat(parts.toString()).contains("TOO_LARGE", "more than 65536 numbers"));
        StringBuilder entries = new StringBuilder("{\"metadata\": {");
        for (int i = 0; i < 5000; i++) {
            entries.append("\"m").append(i).append("\": 1,");
        }
        assertThat(refusal(WireCodec.INGEST, entries.toString()).reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refusal(WireCodec.INGEST, "{\"id\": \"" + "x".repeat((1 << 24) + 1) + "\"}")
                        .message())
                .contains("bad syntax")
                .hasSizeLessThan(500);
    }

    @Test
    void everyTruncationOfAvroIsRefused() {
        byte[] bytes = WireCodec.INGEST.encode(SampleRecords.ingest(), WireFormat.AVRO);
        for (int length = 1; length < bytes.length; length++) {
            assertThat(refusal(WireCodec.INGEST, Arrays.copyOf(bytes, length), WireFormat.AVRO)
                            .message())
                    .startsWith("the record is not an Avro IngestRecord: ")
                    .contains("truncated");
        }
        assertThat(refusal(WireCodec.INGEST, Arrays.copyOf(bytes, bytes.length + 2), WireFormat.AVRO)
                        .message())
                .contains("2 bytes follow the record's end at byte " + bytes.length);
    }

    @Test
    void anUnknownFingerprintOrAnotherFormatIsSaidSo() {
        byte[] query = WireCodec.QUERY.encode(SampleRecords.query(), WireFormat.AVRO);
        assertThat(refusal(WireCodec.INGEST, query, WireFormat.AUTO).message())
                .matches(
                        ".*its schema has the fingerprint [0-9a-f]{16}, this job knows [0-9a-f]{16}: update the job.*");
        assertThat(refusal(WireCodec.INGEST, "{}".getBytes(UTF_8), WireFormat.AVRO)
                        .message())
                .contains("it begins with byte 0x7B, not with C3 01: is the topic's format really AVRO?");
        SchemaStore broken = fingerprint -> {
            throw new IllegalStateException("registry is down");
        };
        assertThat(refusal(WireCodec.INGEST.alsoReading(broken), query, WireFormat.AVRO)
                        .message())
                .contains("could not be looked up: registry is down");
    }

    @Test
    void announcedLengthsBeyondTheInputAllocateNothing() {
        byte[] header = Arrays.copyOf(WireCodec.DEAD_LETTER.encode(SampleRecords.deadLetter(), WireFormat.AVRO), 10);
        // A topic name of 2^31 - 1 bytes, then of minus one.
        byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        assertThat(refusal(WireCodec.DEAD_LETTER, joined(header, huge), WireFormat.AVRO)
                        .message())
                .contains("byte 10: a string of 2147483647 bytes is announced, but only 0 bytes are left");
        assertThat(refusal(WireCodec.DEAD_LETTER, joined(header, new byte[] {1}), WireFormat.AVRO)
                        .message())
                .contains("a string of -1 bytes");

        byte[] access = Arrays.copyOf(WireCodec.ACCESS.encode(SampleRecords.access(), WireFormat.AVRO), 10);
        // Empty namespace, four zero numbers, then an array of 2^31 - 1 pages.
        byte[] pages = joined(new byte[] {0, 0, 0, 0, 0}, huge);
        assertThat(refusal(WireCodec.ACCESS, joined(access, pages), WireFormat.AVRO)
                        .message())
                .contains("a block of 2147483647 items is announced");
    }

    @Test
    void avroStringsMustBeUtf8AndEnumsInRange() {
        byte[] header = Arrays.copyOf(WireCodec.INGEST.encode(SampleRecords.ingest(), WireFormat.AVRO), 10);
        assertThat(refusal(WireCodec.INGEST, joined(header, new byte[] {0, 2, (byte) 0xff}), WireFormat.AVRO)
                        .message())
                .contains("byte 12: a string is not valid UTF-8");
        assertThat(refusal(WireCodec.INGEST, joined(header, new byte[] {40, 2, 'a'}), WireFormat.AVRO)
                        .message())
                .contains("the value before byte 11 is not one of its type's: the record is damaged");
    }

    @Test
    void valuesInMessagesAreShortAndPrintable() {
        String message = refusal(WireCodec.QUERY, "{\"\\u0007" + "x".repeat(500) + "\": 1}")
                .message();
        assertThat(message)
                .contains("unknown field '?xxx")
                .contains("' (501 characters)")
                .hasSizeLessThan(400);
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }

    private static Violation refusal(WireCodec<?> codec, String json) {
        return refusal(codec, json.getBytes(UTF_8), WireFormat.JSON);
    }

    private static Violation refusal(WireCodec<?> codec, byte[] bytes, WireFormat format) {
        return catchThrowableOfType(MalformedRecordException.class, () -> codec.decode(bytes, format))
                .violation();
    }
}
