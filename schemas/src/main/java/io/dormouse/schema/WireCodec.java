// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.io.IOException;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns one record type into bytes and back, in both wire formats. Whatever the bytes are, decoding yields a record or a
 * {@link MalformedRecordException}, and takes memory in proportion to their number. It checks form only; what the values
 * mean is checked by {@link RecordValidator}.
 *
 * <p>Thread-safe: share the constants freely. Records returned are the caller's own and share no bytes with the input.
 *
 * @param <T> the record type
 */
public final class WireCodec<T extends SpecificRecord> {
    /** Topic {@code ingest}. */
    public static final WireCodec<IngestRecord> INGEST = of(IngestRecord.class);
    /** Topic {@code queries}. */
    public static final WireCodec<QueryRecord> QUERY = of(QueryRecord.class);
    /** Topic {@code results}. */
    public static final WireCodec<QueryResult> RESULT = of(QueryResult.class);
    /** Topic {@code namespaces}. */
    public static final WireCodec<NamespaceCommand> COMMAND = of(NamespaceCommand.class);
    /** Topic {@code dead-letters}. */
    public static final WireCodec<DeadLetter> DEAD_LETTER = of(DeadLetter.class);
    /** Topic {@code access-log}. */
    public static final WireCodec<AccessRecord> ACCESS = of(AccessRecord.class);
    /** Topic {@code events}. */
    public static final WireCodec<MemoryEvent> EVENT = of(MemoryEvent.class);

    private final Class<T> type;
    private final Schema schema;
    private final SpecificData model;
    private final SchemaStore older;
    private final AvroForm<T> avro;
    private final JsonReader reader;
    private final JsonWriter writer;

    private WireCodec(Class<T> type, SchemaStore older) {
        this.type = type;
        this.older = older;
        // The records' own class loader: Flink loads the job's classes apart from the framework's.
        this.model = new SpecificData(type.getClassLoader());
        this.schema = model.getSchema(type);
        this.avro = new AvroForm<>(schema, model, older);
        this.reader = new JsonReader(schema, model);
        this.writer = new JsonWriter(schema, model);
    }

    private static <T extends SpecificRecord> WireCodec<T> of(Class<T> type) {
        return new WireCodec<>(type, OlderSchemas.of(type));
    }

    /**
     * A codec that also reads Avro records written with the schemas of the given store, beside those of this job's earlier
     * versions.
     */
    public WireCodec<T> alsoReading(SchemaStore others) {
        Objects.requireNonNull(others, "others");
        return new WireCodec<>(type, fingerprint -> {
            Schema known = older.findByFingerprint(fingerprint);
            return known == null ? others.findByFingerprint(fingerprint) : known;
        });
    }

    /** The schema that this codec writes. */
    public Schema schema() {
        return schema;
    }

    /**
     * The record's bytes.
     *
     * @throws IllegalArgumentException when the format is AUTO, or when the record breaks its schema (a required field
     *     is null, a value has a type that the schema does not know)
     */
    public byte[] encode(T record, WireFormat format) {
        Objects.requireNonNull(record, "record");
        if (format == WireFormat.AUTO) {
            throw new IllegalArgumentException("AUTO is for reading: choose AVRO or JSON to write");
        }
        try {
            return format == WireFormat.AVRO ? avro.encode(record) : writer.write(record);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "a %s cannot be written as %s: %s".formatted(schema.getName(), format, e.getMessage()), e);
        }
    }

    /**
     * The record in the bytes, all of which must belong to it.
     *
     * @param bytes a Kafka record's value; null (a tombstone) and no bytes are refused as {@link Reason#EMPTY_RECORD}
     * @throws MalformedRecordException when the bytes are anything else than one record of this type
     */
    public T decode(byte @Nullable [] bytes, WireFormat format) throws MalformedRecordException {
        if (bytes == null || bytes.length == 0) {
            throw new MalformedRecordException(
                    Reason.EMPTY_RECORD,
                    "the record has no value: send one %s; to forget an item send op DELETE"
                            .formatted(schema.getName()));
        }
        return isAvro(bytes, format) ? avro.decode(bytes) : type.cast(reader.read(bytes));
    }

    /** Whether {@link #decode} reads these bytes as Avro. */
    public static boolean isAvro(byte[] bytes, WireFormat format) {
        return format == WireFormat.AVRO || format == WireFormat.AUTO && AvroForm.marks(bytes);
    }
}
