// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.benchmarks.data.LoadedMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.LoadDriver;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** The benchmarks' job without Kafka is the real one. */
class OperatorFixtureITCase {
    private static final int ROWS = 40;
    private static final Duration ONE_SECOND = Duration.ofSeconds(1);

    @Test
    void everyNamespaceAnswersAlsoAfterARestartFromASavepoint() throws Exception {
        float[][] base = new float[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            double angle = 2 * Math.PI * row / ROWS;
            base[row] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
        }
        VectorSet circle = new VectorSet("circle", base, base, new int[0][], List.of(), new int[0]);
        try (OperatorFixture fixture = new OperatorFixture(2, new Configuration())) {
            fixture.start(new Configuration());
            List<VectorSet> sets =
                    fixture.namespaces("circle-", 3).stream().map(circle::named).toList();
            for (VectorSet set : sets) {
                for (int row = 0; row < ROWS; row++) {
                    fixture.ingest(set.item(row));
                }
            }
            fixture.awaitUpserts(3 * ROWS);
            assertThat(fixture.checkpoint().newBytes()).isPositive();
            LoadDriver driver = new LoadDriver(new FeedTransport(
                    fixture.feed(),
                    number -> LoadedMemory.query(
                            sets.get((int) (number % 3)), (int) (number % ROWS), Long.toString(number), 1, List.of())));

            assertEachFindsItself(driver.pace(ONE_SECOND, 120));
            fixture.restore(fixture.stop(), new Configuration());
            assertEachFindsItself(driver.pace(ONE_SECOND, 120));
        }
    }

    private static void assertEachFindsItself(LoadDriver.Paced paced) throws Exception {
        assertThat(paced.results()).hasSize(120);
        for (byte[] bytes : paced.results()) {
            QueryResult result = WireCodec.RESULT.decode(bytes, WireFormat.AVRO);
            assertThat(result.getError()).isNull();
            assertThat(result.getHits())
                    .singleElement()
                    .satisfies(hit -> assertThat(hit.getId())
                            .isEqualTo(Long.toString(Long.parseLong(result.getQueryId()) % ROWS)));
        }
    }
}
