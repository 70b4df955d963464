// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static io.dormouse.schema.Quoted.quoted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of any record, led by its schema: one pass over the tokens, straight into the generated record.
 * Fields that are absent get the schema's default; unknown and repeated fields are refused, since a slip in the name of
 * an optional field would otherwise pass in silence. Thread-safe.
 */
final class JsonReader {
    /** Our deepest record, a result's hit with metadata, takes 5. */
    private static final int DEPTH_MAX = 8;

    /** Between the entries of an object the parser reports the end of input by this message alone. */
    private static final String UNEXPECTED_END = "Unexpected end-of-input";

    /** What the parser says of the source within its messages: only that it does not show it. */
    private static final Pattern SOURCE = Pattern.compile("Source: [^;]*; ");

    private static final int STRING_CHARACTERS_MAX = 1 << 24;
    private static final int ARRAY_ITEMS_MAX = 1 << 20;
    private static final int MAP_ENTRIES_MAX = 1 << 12;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(STRING_CHARACTERS_MAX)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            // Validation names a NaN and its place in the vector better than a syntax error would.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final Schema schema;
    private final SpecificData model;
    private final Map<Schema, RecordShape> shapes;

    JsonReader(Schema schema, SpecificData model) {
        this.schema = schema;
        this.model = model;
        this.shapes = RecordShape.allOf(schema, model);
    }

    SpecificRecord read(byte[] bytes) throws MalformedRecordException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            JsonInput in = new JsonInput(parser, schema.getName());
            try {
                if (parser.nextToken() == null) {
                    throw in.refused(Reason.EMPTY_RECORD, "it is blank: send one JSON object");
                }
                SpecificRecord record = readRecord(in, schema);
                if (parser.nextToken() != null) {
                    throw in.refused("something follows the record's closing brace: send one record per message");
                }
                return record;
            } catch (JsonProcessingException e) {
                if (e instanceof JsonEOFException || e.getOriginalMessage().startsWith(UNEXPECTED_END)) {
                    throw in.refused("it ends before its closing brace: it is truncated");
                }
                throw in.refused("bad syntax: "
                        + Quoted.sentence(SOURCE.matcher(e.getOriginalMessage()).replaceAll("")));
            }
        } catch (IOException | RuntimeException e) {
            // Bytes in no encoding that JSON may have, found before or between tokens.
            throw new MalformedRecordException(
                    Reason.MALFORMED,
                    "the record is not a JSON %s: it is not readable as UTF-8 text: %s"
                            .formatted(schema.getName(), Quoted.sentence(e.getMessage())));
        }
    }

    private @Nullable Object readValue(JsonInput in, Schema type, BytesForm form)
            throws IOException, MalformedRecordException {
        return switch (type.getType()) {
            case UNION -> readUnion(in, type, form);
            case RECORD -> readRecord(in, type);
            case ARRAY -> readArray(in, type, form);
            case MAP -> readMap(in, type, form);
            case BYTES -> in.bytes(form);
            case STRING -> in.string();
            case ENUM -> readEnum(in, type);
            case BOOLEAN -> in.bool();
            case INT -> in.int32();
            case LONG -> in.int64();
            case FLOAT -> in.float32();
            case DOUBLE -> in.float64();
            case NULL, FIXED -> throw in.wrongType("nothing, for the schema's type here has no JSON form");
        };
    }

    private SpecificRecord readRecord(JsonInput in, Schema type) throws IOException, MalformedRecordException {
        RecordShape shape = shapes.get(type);
        in.expect(JsonToken.START_OBJECT, "an object, like {\"" + shape.names().get(0) + "\": ...}");
        SpecificRecord record = shape.create();
        boolean[] seen = new boolean[shape.fields().size()];
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            Integer position = shape.position(name);
            if (position == null) {
                throw in.refused("unknown field " + quoted(name) + NearestName.hint(name, shape.names()));
            }
            if (seen[position]) {
                throw in.refused("field '%s' appears twice: send it once".formatted(name));
            }
            seen[position] = true;
            in.nextToken();
            record.put(position, readValue(in, shape.fields().get(position).schema(), shape.form(position)));
        }
        for (Schema.Field field : shape.fields()) {
            if (!seen[field.pos()]) {
                record.put(field.pos(), absent(in, shape, field));
            }
        }
        return record;
    }

    private static @Nullable Object absent(JsonInput in, RecordShape shape, Schema.Field field)
            throws MalformedRecordException {
        if (!field.hasDefaultValue()) {
            throw in.refused(
                    Reason.MISSING_FIELD,
                    "field '%s' is missing; every %s needs it: add it".formatted(field.name(), shape.name()));
        }
        return shape.defaultOf(field);
    }

    private List<Object> readArray(JsonInput in, Schema type, BytesForm form)
            throws IOException, MalformedRecordException {
        in.expect(JsonToken.START_ARRAY, "an array");
        List<Object> items = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == ARRAY_ITEMS_MAX) {
                throw in.refused(Reason.TOO_LARGE, "an array has more than %d items".formatted(ARRAY_ITEMS_MAX));
            }
            items.add(readValue(in, type.getElementType(), form));
        }
        return items;
    }

    private Map<String, Object> readMap(JsonInput in, Schema type, BytesForm form)
            throws IOException, MalformedRecordException {
        in.expect(JsonToken.START_OBJECT, "an object");
        Map<String, Object> entries = new HashMap<>();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (entries.size() == MAP_ENTRIES_MAX) {
                throw in.refused(Reason.TOO_LARGE, "an object has more than %d entries".formatted(MAP_ENTRIES_MAX));
            }
            if (entries.containsKey(name)) {
                throw in.refused("key " + quoted(name) + " appears twice: send it once");
            }
            in.nextToken();
            entries.put(in.wellFormed(name), readValue(in, type.getValueType(), form));
        }
        return entries;
    }

    private Object readEnum(JsonInput in, Schema type) throws IOException, MalformedRecordException {
        String text = in.string();
        for (String symbol : type.getEnumSymbols()) {
            if (symbol.equalsIgnoreCase(text)) {
                return model.createEnum(symbol, type);
            }
        }
        throw in.refused("%s is %s, which is no %s%s"
                .formatted(in.place(), quoted(text), type.getName(), NearestName.hint(text, type.getEnumSymbols())));
    }

    private @Nullable Object readUnion(JsonInput in, Schema union, BytesForm form)
            throws IOException, MalformedRecordException {
        if (in.token() == JsonToken.VALUE_NULL && union.isNullable()) {
            return null;
        }
        List<Schema> types = union.getTypes();
        if (types.size() == 2 && union.isNullable()) {
            return readValue(in, types.get(types.get(0).getType() == Schema.Type.NULL ? 1 : 0), form);
        }
        for (Schema type : types) {
            if (in.suits(type.getType())) {
                return readValue(in, type, form);
            }
        }
        throw in.wrongType("one of "
                + String.join(", ", types.stream().map(Schema::getName).toList()));
    }
}
