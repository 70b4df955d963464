// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.SampleRecords.Sample;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.apache.avro.specific.SpecificRecord;

final class WireCodecProperties {
    private static final byte[] AVRO_MARK = {(byte) 0xC3, 1};

    @Property(tries = 700)
    void everyRecordComesBackFromAvro(@ForAll("records") Tuple2<Sample<?>, SpecificRecord> record) throws Exception {
        assertThat(roundTrip(record.get1().codec(), record.get2(), WireFormat.AVRO))
                .isEqualTo(record.get2());
    }

    @Property(tries = 700)
    void everyRecordComesBackFromJson(@ForAll("records") Tuple2<Sample<?>, SpecificRecord> record) throws Exception {
        assertThat(roundTrip(record.get1().codec(), record.get2(), WireFormat.JSON))
                .isEqualTo(record.get2());
    }

    @Property(tries = 1000)
    void anyBytesAreARecordOrMalformed(@ForAll("samples") Sample<?> sample, @ForAll byte[] bytes) {
        for (WireFormat format : WireFormat.values()) {
            decodesOrRefuses(sample.codec(), bytes, format);
        }
    }

    @Property(tries = 3000)
    void damagedAvroIsARecordOrMalformed(@ForAll("damagedAvro") Tuple2<Sample<?>, byte[]> damaged) {
        decodesOrRefuses(damaged.get1().codec(), damaged.get2(), WireFormat.AVRO);
    }

    @Property(tries = 3000)
    void damagedJsonIsARecordOrMalformed(@ForAll("damagedJson") Tuple2<Sample<?>, byte[]> damaged) {
        decodesOrRefuses(damaged.get1().codec(), damaged.get2(), WireFormat.JSON);
    }

    /** A record that damage left readable must still be one that can be written and checked. */
    private static <T extends SpecificRecord> void decodesOrRefuses(
            WireCodec<T> codec, byte[] bytes, WireFormat format) {
        try {
            T record = codec.decode(bytes, format);
            codec.encode(record, WireFormat.AVRO);
            codec.encode(record, WireFormat.JSON);
            RecordValidator validator = new RecordValidator(Limits.DEFAULTS);
            if (record instanceof IngestRecord ingest) {
                validator.check(ingest);
            } else if (record instanceof QueryRecord query) {
                validator.check(query);
            } else if (record instanceof NamespaceCommand command) {
                validator.check(command);
            }
        } catch (MalformedRecordException refused) {
            assertThat(refused.getMessage()).hasSizeBetween(20, 800).doesNotContain(": null", "java.", "REDACTED");
            assertThat(refused.getMessage().chars()).noneMatch(Character::isISOControl);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> T roundTrip(WireCodec<T> codec, SpecificRecord record, WireFormat format)
            throws MalformedRecordException {
        byte[] bytes = codec.encode((T) record, format);
        assertThat(bytes.length >= 2 && bytes[0] == AVRO_MARK[0] && bytes[1] == AVRO_MARK[1])
                .isEqualTo(format == WireFormat.AVRO);
        return codec.decode(bytes, WireFormat.AUTO);
    }

    @Provide
    Arbitrary<Sample<?>> samples() {
        return Arbitraries.of(SampleRecords.all());
    }

    @Provide
    Arbitrary<Tuple2<Sample<?>, SpecificRecord>> records() {
        return samples()
                .flatMap(sample ->
                        RecordArbitraries.of(sample.codec()).map(record -> Tuple.of(sample, (SpecificRecord) record)));
    }

    @Provide
    Arbitrary<Tuple2<Sample<?>, byte[]>> damagedAvro() {
        return damaged(WireFormat.AVRO);
    }

    @Provide
    Arbitrary<Tuple2<Sample<?>, byte[]>> damagedJson() {
        return damaged(WireFormat.JSON);
    }

    private Arbitrary<Tuple2<Sample<?>, byte[]>> damaged(WireFormat format) {
        return samples()
                .flatMap(sample ->
                        RecordArbitraries.damaged(encoded(sample, format)).map(bytes -> Tuple.of(sample, bytes)));
    }

    private static <T extends SpecificRecord> byte[] encoded(Sample<T> sample, WireFormat format) {
        return sample.codec().encode(sample.record(), format);
    }
}
