// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** Options of the memory that a benchmark runs. */
final class GivenOptions {
    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "An option of Flink or of the job that is not as it ships, to see what it is worth.")
    private Map<String, String> options = Map.of();

    /** What was given. */
    Map<String, String> map() {
        return options;
    }

    /** What was given, with a time between checkpoints unless that was given, too. */
    Configuration configuration(Duration checkpointInterval) {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        configuration.addAll(Configuration.fromMap(options));
        return configuration;
    }
}
