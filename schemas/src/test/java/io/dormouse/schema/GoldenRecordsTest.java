// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.SampleRecords.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes written by a released version stay readable; the files of a version are never rewritten. */
final class GoldenRecordsTest {
    static List<Sample<?>> samples() {
        return SampleRecords.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void bytesOfVersion1StayReadable(Sample<T> sample) throws Exception {
        SchemaStore.Cache version1 = new SchemaStore.Cache();
        version1.addSchema(new Schema.Parser().parse(new String(golden(sample.name() + ".avsc"), "UTF-8")));
        WireCodec<T> codec = sample.codec().alsoReading(version1);

        assertThat(codec.decode(golden(sample.name() + ".avro"), WireFormat.AUTO))
                .isEqualTo(sample.record());
        assertThat(codec.decode(golden(sample.name() + ".json"), WireFormat.AUTO))
                .isEqualTo(sample.record());
    }

    /** Holds until version 2 of the schema; it then moves on to that version's files. */
    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void theCurrentVersionWritesTheSameBytes(Sample<T> sample) throws Exception {
        assertThat(sample.codec().encode(sample.record(), WireFormat.AVRO)).isEqualTo(golden(sample.name() + ".avro"));
        assertThat(sample.codec().encode(sample.record(), WireFormat.JSON)).isEqualTo(golden(sample.name() + ".json"));
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = GoldenRecordsTest.class.getResourceAsStream("/golden/v1/" + name)) {
            return in.readAllBytes();
        }
    }
}
