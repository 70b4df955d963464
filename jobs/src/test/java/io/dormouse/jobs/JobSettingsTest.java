// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.operators.memory.MemorySettings;
import io.dormouse.operators.namespace.DefaultCode;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.Profile;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What options become, and which values are refused, in words that say what to choose. */
class JobSettingsTest {
    @Test
    void optionsReachTheSettingsOfTheOperators() {
        JobSettings settings = settings(Map.ofEntries(
                Map.entry("memory.hot-bytes-max", "3 mb"),
                Map.entry("memory.dirty-bytes-max", "2 kb"),
                Map.entry("memory.scan-page-bytes", "8 kb"),
                Map.entry("memory.raw-page-bytes", "4 kb"),
                Map.entry("memory.profile", "hot"),
                Map.entry("query.deadline-millis", "77"),
                Map.entry("query.waiting-max", "5"),
                Map.entry("query.batch-budget", "700 micro"),
                Map.entry("namespace.metric", "l2"),
                Map.entry("namespace.code", "float32"),
                Map.entry("format.results", "avro"),
                Map.entry("limits.k-max", "9")));

        MemorySettings memory = settings.memory();
        assertThat(memory.hotBytesMax()).isEqualTo(3 << 20);
        assertThat(memory.dirtyBytesMax()).isEqualTo(2_048);
        assertThat(memory.scanPageBytesMax()).isEqualTo(8_192);
        assertThat(memory.rawPageBytesMax()).isEqualTo(4_096);
        assertThat(memory.profile()).isEqualTo(Profile.HOT);
        assertThat(memory.namespaces().profile()).isEqualTo(Profile.HOT);
        assertThat(memory.batchBudget()).isEqualTo(Duration.ofNanos(700_000));
        assertThat(memory.deadlineMillis()).isEqualTo(77);
        assertThat(memory.waitingMax()).isEqualTo(5);
        assertThat(memory.namespaces().metric()).isEqualTo(Metric.L2);
        assertThat(memory.namespaces().code()).isEqualTo(DefaultCode.FLOAT32);
        assertThat(memory.resultFormat()).isEqualTo(WireFormat.AVRO);
        assertThat(settings.input(RetrievalOptions.QUERIES_FORMAT).limits().kMax())
                .isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({
        "format.results, auto, avro or json",
        "format.dead-letters, auto, avro or json",
        "format.events, auto, avro or json",
        "namespace.recall-target, 0, above 0 and at most 1",
        "namespace.recall-target, 1.5, above 0 and at most 1",
        "namespace.recall-target, NaN, above 0 and at most 1",
        "query.deadline-millis, 0, at least 1",
        "query.waiting-max, 0, at least 1",
        "query.batch-budget, 0 ms, above 0",
        "memory.hot-bytes-max, 0 b, at least 1 byte",
        "memory.dirty-bytes-max, 0 b, at least 1 byte",
        "memory.scan-page-bytes, 65 kb, 1 kb to 64 kb",
        "memory.scan-page-bytes, 1 b, 1 kb to 64 kb",
        "memory.recall-sampling-share, -0.1, 0 to 1",
        "memory.recall-sampling-share, 1.5, 0 to 1",
        "memory.raw-page-bytes, 1 mb, 1 kb to 64 kb",
        "limits.k-max, 0, at least 1",
        "limits.dimension-max, -1, at least 1",
        "limits.payload-bytes-max, 0, at least 1",
        "limits.record-bytes-max, 0, at least 1",
    })
    void aValueThatCannotBeIsRefusedBeforeAnythingRuns(String key, String value, String expected) {
        assertThatThrownBy(() -> settings(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("option " + key + " is ")
                .hasMessageContaining("choose " + expected);
    }

    @ParameterizedTest
    @CsvSource({
        "namespace.metric, euclid",
        "namespace.code, int4",
        "memory.profile, huge",
        "memory.hot-bytes-max, much",
        "format.ingest, xml",
        "limits.k-max, ten"
    })
    void aValueOfAnotherTypeIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> {
                    JobSettings settings = settings(Map.of(key, value));
                    settings.memory();
                    settings.input(RetrievalOptions.INGEST_FORMAT);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    private static JobSettings settings(Map<String, String> options) {
        return new JobSettings(Configuration.fromMap(options));
    }
}
