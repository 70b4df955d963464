// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import io.dormouse.operators.cold.ColdSettings;
import io.dormouse.operators.memory.MemorySettings;
import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.plan.DeadLetters;
import io.dormouse.operators.plan.InputSettings;
import io.dormouse.schema.Limits;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/** Turns options into the settings of operators, and refuses values that cannot be. */
final class JobSettings {
    private final ReadableConfig config;

    JobSettings(ReadableConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        requireWritable(RetrievalOptions.RESULTS_FORMAT);
        requireWritable(RetrievalOptions.DEAD_LETTERS_FORMAT);
        requireWritable(RetrievalOptions.EVENTS_FORMAT);
        float recall = config.get(RetrievalOptions.DEFAULT_RECALL);
        if (!(recall > 0 && recall <= 1)) {
            throw wrong(RetrievalOptions.DEFAULT_RECALL, recall, "above 0 and at most 1");
        }
        requirePositive(RetrievalOptions.QUERY_DEADLINE_MILLIS);
        requirePositive(RetrievalOptions.WAITING_MAX);
        Duration batchBudget = config.get(RetrievalOptions.BATCH_BUDGET);
        if (batchBudget.isZero() || batchBudget.isNegative()) {
            throw wrong(RetrievalOptions.BATCH_BUDGET, batchBudget.toNanos() + " ns", "above 0, like 2 ms");
        }
        requirePositive(RetrievalOptions.COLD_THREADS);
        requirePositiveTime(RetrievalOptions.WARM_AGE);
        requirePositiveTime(RetrievalOptions.COLD_AGE);
        requirePositiveTime(RetrievalOptions.COLD_READ_TIMEOUT);
        requireBytes(RetrievalOptions.COLD_SEGMENT_BYTES);
        requireBytes(RetrievalOptions.COLD_HEAP_BYTES);
        requirePositive(RetrievalOptions.DIMENSION_MAX);
        requirePositive(RetrievalOptions.K_MAX);
        requirePositive(RetrievalOptions.PAYLOAD_BYTES_MAX);
        requirePositive(RetrievalOptions.RECORD_BYTES_MAX);
        requireBytes(RetrievalOptions.HOT_BYTES);
        requireBytes(RetrievalOptions.DIRTY_BYTES);
        requirePage(RetrievalOptions.SCAN_PAGE_BYTES);
        requirePage(RetrievalOptions.RAW_PAGE_BYTES);
        requireShare(RetrievalOptions.RECALL_SAMPLING_SHARE);
    }

    WireFormat format(ConfigOption<WireFormat> option) {
        return config.get(option);
    }

    InputSettings input(ConfigOption<WireFormat> format) {
        return new InputSettings(config.get(format), limits(), deadLetters());
    }

    NamespaceDefaults namespaces() {
        return new NamespaceDefaults(
                config.get(RetrievalOptions.DEFAULT_METRIC),
                config.get(RetrievalOptions.DEFAULT_CODE),
                config.get(RetrievalOptions.DEFAULT_RECALL),
                config.get(RetrievalOptions.PROFILE));
    }

    MemorySettings memory() {
        return new MemorySettings(
                config.get(RetrievalOptions.HOT_BYTES).getBytes(),
                config.get(RetrievalOptions.DIRTY_BYTES).getBytes(),
                (int) config.get(RetrievalOptions.SCAN_PAGE_BYTES).getBytes(),
                (int) config.get(RetrievalOptions.RAW_PAGE_BYTES).getBytes(),
                config.get(RetrievalOptions.IDLE_AFTER),
                config.get(RetrievalOptions.RECALL_SAMPLING_SHARE),
                config.get(RetrievalOptions.PROFILE),
                config.get(RetrievalOptions.TOMBSTONE_RETENTION),
                config.get(RetrievalOptions.QUERY_DEADLINE_MILLIS),
                config.get(RetrievalOptions.WAITING_MAX),
                config.get(RetrievalOptions.WAITING_BYTES).getBytes(),
                config.get(RetrievalOptions.BATCH_BUDGET),
                cold(),
                namespaces(),
                config.get(RetrievalOptions.RESULTS_FORMAT),
                config.get(RetrievalOptions.EVENTS_FORMAT),
                deadLetters());
    }

    private ColdSettings cold() {
        return new ColdSettings(
                config.get(RetrievalOptions.COLD_PATH),
                config.get(RetrievalOptions.WARM_AGE),
                config.get(RetrievalOptions.COLD_AGE),
                config.get(RetrievalOptions.WARM_BYTES).getBytes(),
                (int) config.get(RetrievalOptions.COLD_SEGMENT_BYTES).getBytes(),
                config.get(RetrievalOptions.COLD_HEAP_BYTES).getBytes(),
                config.get(RetrievalOptions.COLD_THREADS),
                config.get(RetrievalOptions.COLD_READ_TIMEOUT));
    }

    private DeadLetters deadLetters() {
        return new DeadLetters(
                config.get(RetrievalOptions.INGEST_TOPIC), config.get(RetrievalOptions.DEAD_LETTERS_FORMAT));
    }

    private Limits limits() {
        return Limits.DEFAULTS.with(
                config.get(RetrievalOptions.DIMENSION_MAX),
                config.get(RetrievalOptions.K_MAX),
                config.get(RetrievalOptions.PAYLOAD_BYTES_MAX),
                config.get(RetrievalOptions.RECORD_BYTES_MAX));
    }

    private void requirePage(ConfigOption<MemorySize> option) {
        long bytes = config.get(option).getBytes();
        if (bytes < 1024 || bytes > 65_536) {
            throw wrong(option, config.get(option), "1 kb to 64 kb");
        }
    }

    private void requireBytes(ConfigOption<MemorySize> option) {
        if (config.get(option).getBytes() < 1) {
            throw wrong(option, config.get(option), "at least 1 byte");
        }
    }

    private void requirePositive(ConfigOption<Integer> option) {
        if (config.get(option) < 1) {
            throw wrong(option, config.get(option), "at least 1");
        }
    }

    private void requirePositiveTime(ConfigOption<Duration> option) {
        if (config.get(option).toMillis() < 1) {
            throw wrong(option, config.get(option), "at least 1 ms");
        }
    }

    private void requireShare(ConfigOption<Double> option) {
        double share = config.get(option);
        if (!(share >= 0 && share <= 1)) {
            throw wrong(option, share, "0 to 1");
        }
    }

    private void requireWritable(ConfigOption<WireFormat> option) {
        if (config.get(option) == WireFormat.AUTO) {
            throw wrong(option, "auto", "avro or json: auto is for reading");
        }
    }

    private static IllegalArgumentException wrong(ConfigOption<?> option, Object value, String expected) {
        return new IllegalArgumentException("option " + option.key() + " is " + value + ": choose " + expected);
    }
}
