// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * How an {@link EmbeddedStack} is made.
 *
 * @param brokerPort port of the broker on 127.0.0.1, 0 = any free one
 * @param webPort port of Flink's web UI on 127.0.0.1, 0 = any free one
 * @param parallelism task slots, the job's parallelism, and the partitions of the ingest, query and result topics
 * @param data folder that keeps the broker's logs and the checkpoints; absent = temporary, removed on close
 * @param checkpointInterval time between checkpoints
 * @param cold where cold pages go
 * @param flink Flink options that win over the embedded ones
 * @param job options of the job, such as {@code format.results}
 */
public record StackOptions(
        int brokerPort,
        int webPort,
        int parallelism,
        Optional<Path> data,
        Duration checkpointInterval,
        ColdPlace cold,
        Configuration flink,
        Configuration job) {

    /** Refuses null parts and a parallelism below 1. */
    public StackOptions {
        Objects.requireNonNull(data);
        Objects.requireNonNull(checkpointInterval);
        Objects.requireNonNull(cold);
        Objects.requireNonNull(flink);
        Objects.requireNonNull(job);
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism is " + parallelism + ", expected at least 1");
        }
    }

    /** Free ports, two slots, temporary folders, a checkpoint every 10 s, no cold pages. */
    public static StackOptions defaults() {
        return new StackOptions(
                0,
                0,
                2,
                Optional.empty(),
                Duration.ofSeconds(10),
                ColdPlace.none(),
                new Configuration(),
                new Configuration());
    }

    /** With the given ports, 0 = any free one. */
    public StackOptions withPorts(int broker, int web) {
        return new StackOptions(broker, web, parallelism, data, checkpointInterval, cold, flink, job);
    }

    /** With the given parallelism. */
    public StackOptions withParallelism(int slots) {
        return new StackOptions(brokerPort, webPort, slots, data, checkpointInterval, cold, flink, job);
    }

    /** With a folder that outlives the stack. */
    public StackOptions withData(Path folder) {
        return new StackOptions(
                brokerPort, webPort, parallelism, Optional.of(folder), checkpointInterval, cold, flink, job);
    }

    /** With the given time between checkpoints. */
    public StackOptions withCheckpointInterval(Duration interval) {
        return new StackOptions(brokerPort, webPort, parallelism, data, interval, cold, flink, job);
    }

    /** With the given options of Flink and of the job. */
    public StackOptions withOptions(Configuration flinkOptions, Configuration jobOptions) {
        return new StackOptions(
                brokerPort, webPort, parallelism, data, checkpointInterval, cold, flinkOptions, jobOptions);
    }

    /** With cold pages in the given place. */
    public StackOptions withCold(ColdPlace place) {
        return new StackOptions(brokerPort, webPort, parallelism, data, checkpointInterval, place, flink, job);
    }
}
