// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What the job sets of Flink's own options, unless the cluster or the user has set it. */
final class JobDefaults {
    private JobDefaults() {}

    static void apply(StreamExecutionEnvironment env) {
        ReadableConfig given = env.getConfiguration();
        Configuration defaults = new Configuration();
        // Values between chained operators are handed over, not copied; all of ours are immutable.
        put(given, defaults, PipelineOptions.OBJECT_REUSE, true);
        // Anything that would need Kryo is a mistake of ours: fail, do not crawl.
        put(given, defaults, PipelineOptions.GENERIC_TYPES, false);
        put(given, defaults, StateBackendOptions.STATE_BACKEND, "rocksdb");
        put(given, defaults, CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        put(given, defaults, CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
        // While object storage is away there is no checkpoint, and a job that fails for it could not be restored
        // either.
        put(given, defaults, CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        // Barriers would make queries wait behind ingest.
        put(given, defaults, CheckpointingOptions.ENABLE_UNALIGNED, true);
        // Records leave for the next task at once. Any other timeout costs a thread for each edge that wakes as often.
        put(given, defaults, ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        RocksDbSettings.apply(given, defaults);
        env.configure(defaults, RetrievalJob.class.getClassLoader());
    }

    static <T> void put(ReadableConfig given, Configuration defaults, ConfigOption<T> option, T value) {
        if (given.getOptional(option).isEmpty()) {
            defaults.set(option, value);
        }
    }
}
