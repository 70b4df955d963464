// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Tier;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class ResultWriterTest {
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aResultThatFitsIsWrittenAsItIs(WireFormat format) throws Exception {
        QueryResult result = result(10);
        assertThat(written(result, format, 1_000_000)).isEqualTo(result);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void aLargerOneKeepsItsHitsWithoutTheirContents(WireFormat format) throws Exception {
        QueryResult written = written(result(20), format, 16_384);
        assertThat(written.getHits())
                .hasSize(20)
                .allMatch(hit -> hit.getPayload() == null && hit.getMetadata().isEmpty() && hit.getVector() == null);
        assertThat(written.getPartial()).isTrue();
        assertThat(written.getPartialReason()).contains("more than the 16384", "kafka.record-bytes-max");
        assertThat(written.getError()).isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "AUTO")
    void oneWhoseHitsAloneAreTooManyIsAnError(WireFormat format) throws Exception {
        QueryResult written = written(result(1_000), format, 2_048);
        assertThat(written.getHits()).isEmpty();
        assertThat(written.getError()).contains("ask for fewer hits");
        assertThat(written.getPartial()).isFalse();
    }

    private static QueryResult written(QueryResult result, WireFormat format, int bytesMax) throws Exception {
        OutputRecord record = new ResultWriter(format, bytesMax).write(result);
        assertThat(record.value()).hasSizeLessThanOrEqualTo(bytesMax);
        assertThat(record.key()).asString().isEqualTo("q");
        return WireCodec.RESULT.decode(record.value(), format);
    }

    private static QueryResult result(int hits) {
        return QueryResult.newBuilder()
                .setQueryId("q")
                .setNamespace("n")
                .setAttempt("a")
                .setHits(
                        IntStream.range(0, hits).mapToObj(ResultWriterTest::hit).toList())
                .setCost(QueryCost.newBuilder().build())
                .build();
    }

    private static Hit hit(int number) {
        return Hit.newBuilder()
                .setId("i" + number)
                .setScore(number)
                .setTier(Tier.HOT)
                .setPayload(ByteBuffer.wrap(new byte[1_000]))
                .setMetadata(Map.of("year", 1999L))
                .setVector(ByteBuffer.wrap(new byte[8]))
                .build();
    }
}
