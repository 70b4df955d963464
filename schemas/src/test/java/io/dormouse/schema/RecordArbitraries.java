// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Any record of a schema, made by walking the schema, so that a new field is generated without being named here. */
final class RecordArbitraries {
    private static final int ITEMS_MAX = 4;

    private RecordArbitraries() {}

    static <T extends SpecificRecord> Arbitrary<T> of(WireCodec<T> codec) {
        return of(codec.schema()).map(RecordArbitraries::<T>cast);
    }

    @SuppressWarnings("unchecked")
    private static <T> T cast(Object record) {
        return (T) record;
    }

    private static Arbitrary<Object> of(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ENUM ->
                Arbitraries.of(schema.getEnumSymbols())
                        .map(symbol -> SpecificData.get().createEnum(symbol, schema));
            case ARRAY ->
                of(schema.getElementType()).list().ofMaxSize(ITEMS_MAX).asGeneric();
            case MAP ->
                Arbitraries.maps(text(), of(schema.getValueType()))
                        .ofMaxSize(ITEMS_MAX)
                        .asGeneric();
            case UNION -> Arbitraries.of(schema.getTypes()).flatMap(RecordArbitraries::of);
            case BYTES -> Arbitraries.bytes().array(byte[].class).ofMaxSize(64).map(ByteBuffer::wrap);
            case STRING -> text().asGeneric();
            case BOOLEAN -> Arbitraries.of(true, false).asGeneric();
            case INT -> Arbitraries.integers().asGeneric();
            case LONG -> Arbitraries.longs().asGeneric();
            case FLOAT -> Arbitraries.floats().asGeneric();
            case DOUBLE -> Arbitraries.doubles().asGeneric();
            case NULL -> Arbitraries.just(null);
            case FIXED -> throw new IllegalArgumentException("the wire schemas use no fixed type");
        };
    }

    private static Arbitrary<String> text() {
        return Arbitraries.strings().ofMaxLength(12).filter(text -> Utf8.length(text) >= 0);
    }

    private static Arbitrary<Object> record(Schema schema) {
        List<Arbitrary<Object>> values = new ArrayList<>();
        schema.getFields().forEach(field -> values.add(of(field.schema())));
        return Combinators.combine(values).as(fields -> {
            SpecificRecord record =
                    (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
            for (int i = 0; i < fields.size(); i++) {
                record.put(i, fields.get(i));
            }
            return record;
        });
    }

    /** Bytes of a valid record with a few of them changed, cut off or appended. */
    static Arbitrary<byte[]> damaged(byte[] valid) {
        Arbitrary<Map<Integer, Byte>> changes = Arbitraries.maps(
                        Arbitraries.integers().between(0, valid.length - 1), Arbitraries.bytes())
                .ofMaxSize(3);
        Arbitrary<Integer> lengths = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(valid.length)),
                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, valid.length + 3)));
        return Combinators.combine(changes, lengths).as((changed, length) -> {
            byte[] bytes = java.util.Arrays.copyOf(valid, Math.max(length, valid.length));
            changed.forEach((index, value) -> bytes[index] = value);
            return java.util.Arrays.copyOf(bytes, length);
        });
    }
}
