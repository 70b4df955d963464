// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static io.dormouse.schema.Quoted.quoted;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The tokens of one JSON record and the single values among them, each checked and refused with its place. */
final class JsonInput {
    /** More than any dimension limit in use; validation names the configured one. */
    private static final int VECTOR_DIMENSIONS_MAX = 1 << 16;

    private static final int VECTOR_DIMENSIONS_FIRST = 512;
    private static final String BASE64_KEY = "base64";

    private final JsonParser parser;
    private final String recordName;

    JsonInput(JsonParser parser, String recordName) {
        this.parser = parser;
        this.recordName = recordName;
    }

    @Nullable
    JsonToken token() {
        return parser.currentToken();
    }

    JsonToken nextToken() throws IOException {
        return parser.nextToken();
    }

    /** The next key of the object being read, or null at its end. */
    @Nullable
    String nextName() throws IOException {
        return parser.nextFieldName();
    }

    void expect(JsonToken token, String expected) throws IOException, MalformedRecordException {
        if (parser.currentToken() != token) {
            throw wrongType(expected);
        }
    }

    /** Whether the current token is what a value of the type looks like, where a union leaves the choice. */
    boolean suits(Schema.Type type) {
        return switch (type) {
            case STRING, ENUM -> token() == JsonToken.VALUE_STRING;
            case INT, LONG -> token() == JsonToken.VALUE_NUMBER_INT;
            case FLOAT, DOUBLE -> token() == JsonToken.VALUE_NUMBER_FLOAT;
            case BOOLEAN -> token() == JsonToken.VALUE_TRUE || token() == JsonToken.VALUE_FALSE;
            case ARRAY -> token() == JsonToken.START_ARRAY;
            case RECORD, MAP -> token() == JsonToken.START_OBJECT;
            case NULL, BYTES, FIXED, UNION -> false;
        };
    }

    String string() throws IOException, MalformedRecordException {
        expect(JsonToken.VALUE_STRING, "a string");
        return wellFormed(parser.getText());
    }

    /** JSON escapes can spell half a surrogate pair, which no encoding can carry further. */
    String wellFormed(String text) throws MalformedRecordException {
        if (Utf8.length(text) < 0) {
            throw refused("%s holds half of a surrogate pair: send whole characters".formatted(place()));
        }
        return text;
    }

    boolean bool() throws IOException, MalformedRecordException {
        if (!suits(Schema.Type.BOOLEAN)) {
            throw wrongType("true or false");
        }
        return parser.getBooleanValue();
    }

    int int32() throws IOException, MalformedRecordException {
        long value = int64();
        if (value != (int) value) {
            throw wrongType("an integer of 32 bits");
        }
        return (int) value;
    }

    long int64() throws IOException, MalformedRecordException {
        expect(JsonToken.VALUE_NUMBER_INT, "an integer");
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw wrongType("an integer of 64 bits");
        }
        return parser.getLongValue();
    }

    /** A number too large for a float becomes infinite, for validation to name. */
    float float32() throws IOException, MalformedRecordException {
        number();
        return parser.getFloatValue();
    }

    double float64() throws IOException, MalformedRecordException {
        number();
        return parser.getDoubleValue();
    }

    private void number() throws IOException, MalformedRecordException {
        if (!parser.currentToken().isNumeric()) {
            throw wrongType("a number");
        }
    }

    ByteBuffer bytes(BytesForm form) throws IOException, MalformedRecordException {
        JsonToken token = parser.currentToken();
        return switch (form) {
            case VECTOR ->
                token == JsonToken.START_ARRAY
                        ? vector()
                        : base64("an array of numbers or a base64 string of little-endian float32");
            case TEXT -> token == JsonToken.START_OBJECT ? wrappedBase64() : text();
            case BASE64 -> base64("a base64 string");
        };
    }

    private ByteBuffer vector() throws IOException, MalformedRecordException {
        ByteBuffer vector = littleEndian(VECTOR_DIMENSIONS_FIRST);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!vector.hasRemaining()) {
                vector = grown(vector);
            }
            vector.putFloat(float32());
        }
        return vector.flip().order(ByteOrder.BIG_ENDIAN);
    }

    private ByteBuffer grown(ByteBuffer full) throws MalformedRecordException {
        int dimensions = full.capacity() / Vectors.BYTES_PER_DIMENSION;
        if (dimensions >= VECTOR_DIMENSIONS_MAX) {
            throw refused(Reason.TOO_LARGE, "%s has more than %d numbers".formatted(place(), VECTOR_DIMENSIONS_MAX));
        }
        return littleEndian(2 * dimensions).put(full.flip());
    }

    private static ByteBuffer littleEndian(int dimensions) {
        return ByteBuffer.allocate(dimensions * Vectors.BYTES_PER_DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer text() throws IOException, MalformedRecordException {
        expect(JsonToken.VALUE_STRING, "a string or {\"base64\": \"...\"}");
        return ByteBuffer.wrap(string().getBytes(StandardCharsets.UTF_8));
    }

    private ByteBuffer wrappedBase64() throws IOException, MalformedRecordException {
        String name = nextName();
        if (!BASE64_KEY.equals(name)) {
            throw wrongType("a string or {\"base64\": \"...\"}; to send JSON as a payload put it into a string");
        }
        nextToken();
        ByteBuffer bytes = base64("a base64 string");
        if (nextName() != null) {
            throw refused("%s has more than the key 'base64': remove the others".formatted(place()));
        }
        return bytes;
    }

    private ByteBuffer base64(String expected) throws IOException, MalformedRecordException {
        expect(JsonToken.VALUE_STRING, expected);
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(parser.getText()));
        } catch (IllegalArgumentException e) {
            throw refused("%s is not base64: %s; use the standard alphabet with + and /"
                    .formatted(place(), Quoted.sentence(e.getMessage())));
        }
    }

    /** The field being read, for a message: {@code after.0.offset}. */
    String place() {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.isEmpty()
                ? "the record"
                : "field " + quoted(pointer.substring(1).replace('/', '.'));
    }

    MalformedRecordException wrongType(String expected) throws IOException {
        String found = switch (parser.currentToken()) {
            case START_OBJECT, FIELD_NAME, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "the string " + quoted(parser.getText());
            default -> Quoted.shortened(parser.getText());
        };
        return refused("%s must be %s; it is %s".formatted(place(), expected, found));
    }

    MalformedRecordException refused(String what) {
        return refused(Reason.MALFORMED, what);
    }

    MalformedRecordException refused(Reason reason, String what) {
        JsonLocation at = parser.currentLocation();
        return new MalformedRecordException(
                reason,
                "the record is not a JSON %s: %s (line %d, column %d)"
                        .formatted(recordName, what, at.getLineNr(), at.getColumnNr()));
    }
}
