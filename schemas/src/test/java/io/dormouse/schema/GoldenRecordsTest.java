// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.SampleRecords.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes written by a released version stay readable; the files of a version are never rewritten. */
final class GoldenRecordsTest {
    private static final Set<String> CHANGED_IN_2 = Set.of("command");
    private static final Set<String> CHANGED_IN_3 = Set.of("result");

    static List<Sample<?>> samples() {
        return SampleRecords.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void bytesOfVersion1StayReadable(Sample<T> sample) throws Exception {
        WireCodec<T> codec = sample.codec();
        assertThat(codec.decode(golden(1, sample.name() + ".avro"), WireFormat.AUTO))
                .isEqualTo(sample.record());
        assertThat(codec.decode(golden(1, sample.name() + ".json"), WireFormat.AUTO))
                .isEqualTo(sample.record());
    }

    /** The newest version of a record has the files of the last version that changed its schema. */
    @ParameterizedTest
    @MethodSource("samples")
    <T extends SpecificRecord> void theCurrentVersionWritesTheSameBytes(Sample<T> sample) throws Exception {
        int version = CHANGED_IN_3.contains(sample.name()) ? 3 : CHANGED_IN_2.contains(sample.name()) ? 2 : 1;
        assertThat(sample.codec().encode(sample.record(), WireFormat.AVRO))
                .isEqualTo(golden(version, sample.name() + ".avro"));
        assertThat(sample.codec().encode(sample.record(), WireFormat.JSON))
                .isEqualTo(golden(version, sample.name() + ".json"));
        Schema written = schema(version, sample.name());
        assertThat(SchemaNormalization.parsingFingerprint64(written))
                .isEqualTo(
                        SchemaNormalization.parsingFingerprint64(sample.codec().schema()));
    }

    private static Schema schema(int version, String name) throws IOException {
        return new Schema.Parser().parse(new String(golden(version, name + ".avsc"), UTF_8));
    }

    private static byte[] golden(int version, String name) throws IOException {
        try (InputStream in = GoldenRecordsTest.class.getResourceAsStream("/golden/v" + version + "/" + name)) {
            return in.readAllBytes();
        }
    }

    /** Writes the golden files of a record; run it by hand once for a version that changes it: name, directory. */
    public static void main(String[] args) throws IOException {
        for (Sample<?> sample : samples()) {
            if (sample.name().equals(args[0])) {
                write(sample, Path.of(args[1]));
            }
        }
    }

    private static <T extends SpecificRecord> void write(Sample<T> sample, Path to) throws IOException {
        Files.write(to.resolve(sample.name() + ".avro"), sample.codec().encode(sample.record(), WireFormat.AVRO));
        Files.write(to.resolve(sample.name() + ".json"), sample.codec().encode(sample.record(), WireFormat.JSON));
        Files.writeString(
                to.resolve(sample.name() + ".avsc"), sample.codec().schema().toString());
    }
}
