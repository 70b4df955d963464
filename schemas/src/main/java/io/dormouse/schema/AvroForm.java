// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record type in Avro single-object encoding: C3 01, the CRC-64-AVRO fingerprint of the writer's schema (8 bytes,
 * little-endian), the body. A body of the current schema is read without schema resolution; one of another schema is
 * resolved against the current one if the store knows its fingerprint. Thread-safe.
 */
final class AvroForm<T extends SpecificRecord> {
    private static final byte MARK_0 = (byte) 0xC3;
    private static final byte MARK_1 = 1;
    private static final int HEADER_BYTES = 2 + Long.BYTES;

    private final Schema schema;
    private final SpecificData model;
    private final SchemaStore older;
    private final BinaryMessageEncoder<T> encoder;
    private final long fingerprint;
    private final DatumReader<T> current;
    /** Readers of older schemas by fingerprint; as many as the store knows and senders use. */
    private final Map<Long, DatumReader<T>> resolving = new ConcurrentHashMap<>();

    AvroForm(Schema schema, SpecificData model, SchemaStore older) {
        this.schema = schema;
        this.model = model;
        this.older = older;
        this.encoder = new BinaryMessageEncoder<>(model, schema, false);
        this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        this.current = new SpecificDatumReader<>(schema, schema, model);
    }

    static boolean marks(byte[] bytes) {
        return bytes.length >= 2 && bytes[0] == MARK_0 && bytes[1] == MARK_1;
    }

    byte[] encode(T record) throws IOException {
        // The encoder lends its thread's buffer; it is copied before anything else can write to it.
        ByteBuffer lent = encoder.encode(record);
        byte[] bytes = new byte[lent.remaining()];
        lent.get(bytes);
        return bytes;
    }

    T decode(byte[] bytes) throws MalformedRecordException {
        if (bytes.length > 0 && bytes[0] != MARK_0 || bytes.length > 1 && bytes[1] != MARK_1) {
            throw malformed("it begins with byte 0x%02X, not with C3 01: is the topic's format really AVRO?"
                    .formatted(bytes[0]));
        }
        if (bytes.length < HEADER_BYTES) {
            throw malformed(
                    "%d bytes are fewer than the header's %d: it is truncated".formatted(bytes.length, HEADER_BYTES));
        }
        long writer = Long.reverseBytes(ByteBuffer.wrap(bytes).getLong(2));
        DatumReader<T> reader = writer == fingerprint ? current : resolving(writer);
        BoundedDecoder body = new BoundedDecoder(bytes, HEADER_BYTES);
        T record;
        try {
            record = reader.read(null, body);
        } catch (IOException e) {
            throw malformed(e.getMessage());
        } catch (RuntimeException e) {
            // Avro meets an index outside a union or enum with whatever its arrays throw.
            throw malformed("the value before byte %d is not one of its type's: the record is damaged"
                    .formatted(body.position()));
        }
        if (body.remaining() > 0) {
            throw malformed("%d bytes follow the record's end at byte %d: send one record per message"
                    .formatted(body.remaining(), body.position()));
        }
        return record;
    }

    private DatumReader<T> resolving(long writer) throws MalformedRecordException {
        DatumReader<T> known = resolving.get(writer);
        if (known != null) {
            return known;
        }
        Schema written;
        try {
            written = older.findByFingerprint(writer);
        } catch (RuntimeException e) {
            throw malformed("its schema, fingerprint %016x, could not be looked up: %s"
                    .formatted(writer, Quoted.sentence(e.getMessage())));
        }
        if (written == null) {
            throw malformed(
                    "its schema has the fingerprint %016x, this job knows %016x: update the job, or send the version it knows"
                            .formatted(writer, fingerprint));
        }
        DatumReader<T> reader = new SpecificDatumReader<>(written, schema, model);
        resolving.put(writer, reader);
        return reader;
    }

    private MalformedRecordException malformed(String what) {
        return new MalformedRecordException(
                Reason.MALFORMED, "the record is not an Avro %s: %s".formatted(schema.getName(), what));
    }
}
