// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON form of any record, led by its schema. A null whose field defaults to null is left out. NaN and
 * infinities outside vectors are written as the bare tokens that most readers know. Thread-safe.
 */
final class JsonWriter {
    private static final int BYTES_FIRST = 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private final Schema schema;
    private final SpecificData model;
    private final Map<Schema, RecordShape> shapes;

    JsonWriter(Schema schema, SpecificData model) {
        this.schema = schema;
        this.model = model;
        this.shapes = RecordShape.allOf(schema, model);
    }

    byte[] write(SpecificRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BYTES_FIRST);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            writeRecord(out, schema, record);
        }
        return bytes.toByteArray();
    }

    private void writeRecord(JsonGenerator out, Schema type, SpecificRecord record) throws IOException {
        RecordShape shape = shapes.get(type);
        out.writeStartObject();
        for (Schema.Field field : shape.fields()) {
            Object value = record.get(field.pos());
            if (value == null && field.schema().isNullable() && field.hasDefaultValue()) {
                continue;
            }
            out.writeFieldName(field.name());
            writeValue(out, field.schema(), shape.form(field.pos()), value);
        }
        out.writeEndObject();
    }

    private void writeValue(JsonGenerator out, Schema type, BytesForm form, @Nullable Object value) throws IOException {
        if (value == null && !type.isNullable()) {
            throw new AvroRuntimeException("field '%s' is null: set it"
                    .formatted(out.getOutputContext().getCurrentName()));
        }
        switch (type.getType()) {
            case UNION -> writeValue(out, type.getTypes().get(model.resolveUnion(type, value)), form, value);
            case NULL -> out.writeNull();
            case RECORD -> writeRecord(out, type, (SpecificRecord) value);
            case ARRAY -> writeArray(out, type, form, (Collection<?>) value);
            case MAP -> writeMap(out, type, form, (Map<?, ?>) value);
            case BYTES -> writeBytes(out, form, (ByteBuffer) value);
            case STRING, ENUM -> out.writeString(value.toString());
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INT -> out.writeNumber((Integer) value);
            case LONG -> out.writeNumber((Long) value);
            case FLOAT -> out.writeNumber((Float) value);
            case DOUBLE -> out.writeNumber((Double) value);
            case FIXED -> throw new AvroRuntimeException("type fixed has no JSON form");
        }
    }

    private void writeArray(JsonGenerator out, Schema type, BytesForm form, Collection<?> items) throws IOException {
        out.writeStartArray();
        for (Object item : items) {
            writeValue(out, type.getElementType(), form, item);
        }
        out.writeEndArray();
    }

    private void writeMap(JsonGenerator out, Schema type, BytesForm form, Map<?, ?> entries) throws IOException {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            out.writeFieldName(entry.getKey().toString());
            writeValue(out, type.getValueType(), form, entry.getValue());
        }
        out.writeEndObject();
    }

    private static void writeBytes(JsonGenerator out, BytesForm form, ByteBuffer value) throws IOException {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        if (form == BytesForm.VECTOR && isFiniteVector(bytes)) {
            writeVector(out, bytes);
            return;
        }
        String text = form == BytesForm.TEXT ? Utf8.decode(bytes, 0, bytes.length) : null;
        if (text != null) {
            out.writeString(text);
        } else if (form == BytesForm.TEXT) {
            out.writeStartObject();
            out.writeStringField("base64", Base64.getEncoder().encodeToString(bytes));
            out.writeEndObject();
        } else {
            out.writeString(Base64.getEncoder().encodeToString(bytes));
        }
    }

    /** An array of numbers could not give back other bytes than these. */
    private static boolean isFiniteVector(byte[] bytes) {
        if (bytes.length % Vectors.BYTES_PER_DIMENSION != 0) {
            return false;
        }
        ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            if (!Float.isFinite(floats.getFloat())) {
                return false;
            }
        }
        return true;
    }

    private static void writeVector(JsonGenerator out, byte[] bytes) throws IOException {
        ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.writeStartArray();
        while (floats.hasRemaining()) {
            out.writeNumber(floats.getFloat());
        }
        out.writeEndArray();
    }
}
