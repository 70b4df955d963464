// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.util.Objects;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * A memory's job beside others on one broker and cluster, through its stops and restores. Jobs may share the ingest topic
 * when each has the other topics for itself.
 */
public final class RunningJob {
    private final EmbeddedFlink flink;
    private final EmbeddedJob job;
    private JobID id;

    private RunningJob(EmbeddedFlink flink, EmbeddedJob job, JobID id) {
        this.flink = flink;
        this.job = job;
        this.id = id;
    }

    /**
     * Starts a job on the broker and cluster of a stack; the cluster needs {@code parallelism} free slots.
     *
     * @param topics created when they do not exist
     */
    public static RunningJob start(EmbeddedStack stack, Topics topics, Configuration options, int parallelism) {
        Objects.requireNonNull(topics);
        topics.create(stack.bootstrap(), parallelism);
        EmbeddedJob job = new EmbeddedJob(stack.bootstrap(), topics, stack.coldPath(), options);
        JobID id = stack.flink().submit(job, withParallelism(parallelism));
        return new RunningJob(stack.flink(), job, id);
    }

    /** The job as it runs now; a restored one has another id. */
    public JobID id() {
        return id;
    }

    /** Stops with a savepoint and returns its path. */
    public String stopWithSavepoint() {
        return flink.stopWithSavepoint(id);
    }

    /** Goes on from a savepoint or checkpoint, at any parallelism. */
    public void restore(String path, int parallelism) {
        id = flink.submit(job, withParallelism(parallelism).set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    }

    private static Configuration withParallelism(int parallelism) {
        return new Configuration().set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    }
}
