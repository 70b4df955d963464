// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.schema.IngestRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.flink.util.FlinkRuntimeException;

/** Metadata as it is kept with an item: the Avro form of the ingest record's {@code metadata} field. Single-threaded. */
final class MetadataForm {
    private final SpecificDatumWriter<Map<String, Object>> writer;
    private final SpecificDatumReader<Map<String, Object>> reader;
    private BinaryEncoder encoder;
    private BinaryDecoder decoder;

    MetadataForm() {
        Schema schema = IngestRecord.getClassSchema().getField("metadata").schema();
        writer = new SpecificDatumWriter<>(schema);
        reader = new SpecificDatumReader<>(schema);
    }

    /** The stored bytes; null for no metadata. */
    byte[] write(Map<String, Object> metadata) {
        if (metadata.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        encoder = EncoderFactory.get().directBinaryEncoder(bytes, encoder);
        try {
            writer.write(metadata, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new FlinkRuntimeException("metadata " + metadata + " has no Avro form", e);
        }
        return bytes.toByteArray();
    }

    /** What {@link #write} was given. */
    Map<String, Object> read(byte[] stored) {
        if (stored == null) {
            return Map.of();
        }
        decoder = DecoderFactory.get().binaryDecoder(stored, decoder);
        try {
            return reader.read(null, decoder);
        } catch (IOException e) {
            throw new FlinkRuntimeException("stored metadata of " + stored.length + " bytes is not Avro", e);
        }
    }
}
