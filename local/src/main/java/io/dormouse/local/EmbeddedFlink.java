// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.process.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster in this process: one JobManager and one TaskManager with the web UI on 127.0.0.1, RocksDB state and
 * incremental checkpoints on local disk.
 */
public final class EmbeddedFlink implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_SECONDS = 60;
    private static final long START_TIMEOUT_SECONDS = 180;

    private final WorkDirectory directory;
    private final MiniCluster cluster;
    private final Configuration configuration;
    private final URI webAddress;

    private EmbeddedFlink(WorkDirectory directory, MiniCluster cluster, Configuration configuration, URI webAddress) {
        this.directory = directory;
        this.cluster = cluster;
        this.configuration = configuration;
        this.webAddress = webAddress;
    }

    /**
     * Starts a cluster.
     *
     * @param directory where checkpoints, savepoints and RocksDB's files lie; null = a temporary one that close removes
     * @param webPort port of the web UI, 0 = any free one
     * @param slots task slots, and the parallelism of jobs submitted here
     * @param overrides Flink options that win over the embedded ones
     */
    public static EmbeddedFlink start(Path directory, int webPort, int slots, Configuration overrides) {
        return start(
                directory == null ? WorkDirectory.temporary("dormouse-flink") : WorkDirectory.kept(directory),
                webPort,
                slots,
                overrides);
    }

    static EmbeddedFlink start(WorkDirectory directory, int webPort, int slots, Configuration overrides) {
        Configuration configuration = configuration(directory.path(), FreePorts.find(webPort), slots);
        configuration.addAll(Objects.requireNonNull(overrides));
        try {
            MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .setConfiguration(configuration)
                    .setNumTaskManagers(1)
                    .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
                    .build());
            cluster.start();
            await("elect its dispatcher", cluster.requestClusterOverview(), 60);
            return new EmbeddedFlink(
                    directory, cluster, configuration, cluster.getRestAddress().get());
        } catch (Exception e) {
            directory.close();
            throw new IllegalStateException("the embedded Flink cluster did not start: " + e.getMessage(), e);
        }
    }

    /** Address of the web UI and the REST interface. */
    public URI webAddress() {
        return webAddress;
    }

    /** The cluster itself, for what has no method here. */
    public MiniCluster cluster() {
        return cluster;
    }

    /** Builds a job on an environment of this cluster's configuration and starts it. */
    public JobID submit(Consumer<StreamExecutionEnvironment> job) {
        return submit(job, new Configuration());
    }

    /** As {@link #submit(Consumer)}, from the state of the savepoint or checkpoint at {@code path}. */
    public JobID restore(Consumer<StreamExecutionEnvironment> job, String path) {
        return submit(job, new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    }

    /** As {@link #submit(Consumer)}, with options of this job alone, such as its parallelism. */
    public JobID submit(Consumer<StreamExecutionEnvironment> job, Configuration jobOptions) {
        Configuration jobConfiguration = new Configuration(configuration);
        jobConfiguration.addAll(jobOptions);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(jobConfiguration);
        job.accept(environment);
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        graph.setSavepointRestoreSettings(SavepointRestoreSettings.fromConfiguration(jobConfiguration));
        return await("submit the job", cluster.submitJob(graph), 60).getJobID();
    }

    /** The job's status now. */
    public JobStatus status(JobID job) {
        return await("ask for the job's status", cluster.getJobStatus(job), 30);
    }

    /** Stops the job with a savepoint in this cluster's folder and returns the savepoint's path. */
    public String stopWithSavepoint(JobID job) {
        awaitTasks(job);
        String target = directory.path().resolve("savepoints").toUri().toString();
        return await(
                "stop the job with a savepoint",
                cluster.stopWithSavepoint(job, target, false, SavepointFormatType.CANONICAL),
                300);
    }

    /** Takes a checkpoint now and returns its path. */
    public String checkpoint(JobID job) {
        awaitTasks(job);
        return await("take a checkpoint", cluster.triggerCheckpoint(job), 60);
    }

    /** Cancels the job and waits until it has ended. */
    public void cancel(JobID job) {
        await("cancel the job", cluster.cancelJob(job), 60);
        await("wait for the job's end", cluster.requestJobResult(job), 60);
    }

    /** Waits until every task runs: before, Flink takes neither checkpoint nor savepoint. */
    private void awaitTasks(JobID job) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
        while (!tasksRun(job)) {
            JobStatus status = status(job);
            if (status.isTerminalState() || System.nanoTime() > deadline) {
                throw new IllegalStateException("job " + job + " is " + status + " and its tasks do not all run after "
                        + START_TIMEOUT_SECONDS + " s at most: see the web UI at " + webAddress);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** A job that is still being set up shows no tasks at all. */
    private boolean tasksRun(JobID job) {
        int tasks = 0;
        for (AccessExecutionVertex task :
                await("show its tasks", cluster.getExecutionGraph(job), 30).getAllExecutionVertices()) {
            if (task.getExecutionState() != ExecutionState.RUNNING) {
                return false;
            }
            tasks++;
        }
        return tasks > 0;
    }

    /** Stops the cluster with its jobs, and removes its folder when that was temporary. */
    @Override
    public void close() {
        try {
            await("stop", cluster.closeAsync(), CLOSE_TIMEOUT_SECONDS);
        } finally {
            directory.close();
        }
    }

    private static <T> T await(String what, CompletableFuture<T> future, long timeoutSeconds) {
        try {
            return future.get(timeoutSeconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: the embedded Flink cluster was asked to " + what, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the embedded Flink cluster failed to " + what + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the embedded Flink cluster failed to " + what + " within " + timeoutSeconds + " s", e);
        }
    }

    private static Configuration configuration(Path directory, int webPort, int slots) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.PORT, webPort);
        configuration.set(RestOptions.BIND_PORT, String.valueOf(webPort));
        configuration.set(WebOptions.SUBMIT_ENABLE, false);
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, slots);
        configuration.set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toString());
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10));
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        return configuration;
    }
}
