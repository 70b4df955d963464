// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.junit.jupiter.api.Test;

final class WireCodecTest {
    @Test
    void aCodeOfANewerSchemaIsReadAsUnknown() throws Exception {
        String current = WireCodec.COMMAND.schema().toString();
        Schema newer = new Schema.Parser().parse(current.replace("\"PQ\"", "\"PQ\",\"PQ8\""));
        SchemaStore.Cache store = new SchemaStore.Cache();
        store.addSchema(newer);
        GenericRecord command = new GenericData.Record(newer);
        newer.getFields().stream()
                .filter(Schema.Field::hasDefaultValue)
                .forEach(field -> command.put(field.name(), GenericData.get().getDefaultValue(field)));
        command.put("id", "c1");
        command.put("namespace", "docs");
        command.put("op", new GenericData.EnumSymbol(newer.getField("op").schema(), "CREATE"));
        Schema code = newer.getField("code").schema().getTypes().get(1);
        command.put("code", new GenericData.EnumSymbol(code, "PQ8"));
        ByteBuffer bytes = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), newer).encode(command);

        NamespaceCommand read = WireCodec.COMMAND.alsoReading(store).decode(bytes.array(), WireFormat.AVRO);

        assertThat(read.getCode()).isEqualTo(CodeName.UNKNOWN);
    }

    @Test
    void absentFieldsOfAJsonRecordGetTheirDefaults() throws Exception {
        IngestRecord record = WireCodec.INGEST.decode(
                "{\"namespace\": \"docs\", \"id\": \"a7\", \"vector\": [0.5, -1], \"payload\": \"hello\"}"
                        .getBytes(UTF_8),
                WireFormat.AUTO);

        assertThat(record.getOp()).isEqualTo(IngestOp.UPSERT);
        assertThat(Vectors.toFloats(record.getVector())).containsExactly(0.5f, -1f);
        assertThat(record.getPayload()).isEqualTo(ByteBuffer.wrap("hello".getBytes(UTF_8)));
        assertThat(record.getMetadata()).isEmpty();
        assertThat(record.getPinned()).isFalse();
        assertThat(record.getTtlMillis()).isNull();
    }

    @Test
    void bothFormatsGiveTheRecordBack() throws Exception {
        IngestRecord record = IngestRecord.newBuilder()
                .setNamespace("docs")
                .setId("a7")
                .setVector(Vectors.toBytes(new float[] {1, 2.5f}))
                .setMetadata(Map.of("year", 1999L, "weight", 0.5, "title", "t", "open", true))
                .build();
        for (WireFormat format : List.of(WireFormat.AVRO, WireFormat.JSON)) {
            assertThat(WireCodec.INGEST.decode(WireCodec.INGEST.encode(record, format), WireFormat.AUTO))
                    .isEqualTo(record);
        }
    }

    /** A schema without the newer fields; what it lacks comes from the defaults. */
    @Test
    void recordsOfAnOlderSchemaAreResolved() throws Exception {
        Schema older = new Schema.Parser().parse("""
                {"type": "record", "name": "IngestRecord", "namespace": "io.dormouse.schema", "fields": [
                  {"name": "retired", "type": {"type": "map", "values": "string"}},
                  {"name": "id", "type": "string"}, {"name": "namespace", "type": "string"}]}""");
        GenericRecord written = new GenericData.Record(older);
        written.put("retired", Map.of("k", "v"));
        written.put("id", "a7");
        written.put("namespace", "docs");
        ByteBuffer encoded = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), older).encode(written);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        SchemaStore.Cache store = new SchemaStore.Cache();
        store.addSchema(older);

        IngestRecord read = WireCodec.INGEST.alsoReading(store).decode(bytes, WireFormat.AVRO);

        assertThat(read.getId()).isEqualTo("a7");
        assertThat(read.getNamespace()).isEqualTo("docs");
        assertThat(read.getOp()).isEqualTo(IngestOp.UPSERT);
        assertThat(read.getMetadata()).isEmpty();
    }

    @Test
    void defaultsAreNotSharedBetweenRecords() throws Exception {
        byte[] json = "{\"namespace\": \"docs\", \"id\": \"a7\"}".getBytes(UTF_8);
        WireCodec.INGEST.decode(json, WireFormat.JSON).getMetadata().put("mine", 1L);
        assertThat(WireCodec.INGEST.decode(json, WireFormat.JSON).getMetadata()).isEmpty();
    }

    @Test
    void recordsThatBreakTheirSchemaAreNotWritten() {
        IngestRecord record = SampleRecords.ingest();
        record.setId(null);
        for (WireFormat format : List.of(WireFormat.AVRO, WireFormat.JSON)) {
            assertThatThrownBy(() -> WireCodec.INGEST.encode(record, format))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("IngestRecord cannot be written as " + format)
                    .hasMessageContaining("id");
        }
        assertThatThrownBy(() -> WireCodec.EVENT.encode(SampleRecords.event(), WireFormat.AUTO))
                .hasMessage("AUTO is for reading: choose AVRO or JSON to write");
    }
}
