// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WireCodecTest {
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
}
