// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.objectstore.ObjectStoreProcess;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;

/**
 * The whole memory in one process: a Kafka broker with its topics, a Flink cluster, and the job running on both; beside
 * it, when cold pages go to one, an object store.
 *
 * <p>With a folder of its own ({@link StackOptions#data()}) a stack that is started again goes on where the last one
 * stopped: close takes a checkpoint, start restores the newest.
 */
public final class EmbeddedStack implements AutoCloseable {
    private final StackOptions options;
    private final WorkDirectory directory;
    private final Topics topics;
    private final EmbeddedKafka kafka;
    private final EmbeddedFlink flink;
    private final RunningColdPlace cold;
    private final JobID job;

    private EmbeddedStack(
            StackOptions options,
            WorkDirectory directory,
            Topics topics,
            EmbeddedKafka kafka,
            EmbeddedFlink flink,
            RunningColdPlace cold,
            JobID job) {
        this.options = options;
        this.directory = directory;
        this.topics = topics;
        this.kafka = kafka;
        this.flink = flink;
        this.cold = cold;
        this.job = job;
    }

    /** Starts object store, broker and cluster side by side, creates the topics and submits the job. */
    public static EmbeddedStack start(StackOptions options) {
        Objects.requireNonNull(options);
        Topics topics = Topics.defaults();
        WorkDirectory directory =
                options.data().map(WorkDirectory::kept).orElseGet(() -> WorkDirectory.temporary("dormouse"));
        RunningColdPlace cold = null;
        CompletableFuture<EmbeddedFlink> flinkStart = CompletableFuture.completedFuture(null);
        EmbeddedKafka kafka = null;
        try {
            RunningColdPlace launched = RunningColdPlace.launch(options.cold(), directory);
            cold = launched;
            flinkStart = CompletableFuture.supplyAsync(() -> startFlink(options, directory, launched));
            kafka = EmbeddedKafka.start(directory.child("kafka"), options.brokerPort());
            topics.create(kafka.bootstrap(), options.parallelism());
            EmbeddedFlink flink = flinkStart.join();
            cold.awaitReady();
            EmbeddedJob job = new EmbeddedJob(kafka.bootstrap(), topics, cold.path(), options.job());
            JobID id = LatestCheckpoint.in(directory.path().resolve("flink").resolve("checkpoints"))
                    .map(path -> flink.restore(job, path.toUri().toString()))
                    .orElseGet(() -> flink.submit(job));
            return new EmbeddedStack(options, directory, topics, kafka, flink, cold, id);
        } catch (RuntimeException e) {
            closeQuietly(kafka, e);
            closeQuietly(flinkStart.exceptionally(failed -> null).join(), e);
            closeQuietly(cold, e);
            closeQuietly(directory, e);
            throw e instanceof CompletionException && e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static EmbeddedFlink startFlink(StackOptions options, WorkDirectory directory, RunningColdPlace cold) {
        Configuration overrides = new Configuration();
        overrides.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, options.checkpointInterval());
        overrides.addAll(cold.flinkOptions());
        overrides.addAll(options.flink());
        return EmbeddedFlink.start(directory.child("flink"), options.webPort(), options.parallelism(), overrides);
    }

    /** The broker's address, as {@code host:port}. */
    public String bootstrap() {
        return kafka.bootstrap();
    }

    /** The topics the job reads and writes. */
    public Topics topics() {
        return topics;
    }

    /** The Flink cluster the job runs on. */
    public EmbeddedFlink flink() {
        return flink;
    }

    /** Where cold pages go, as a URI such as {@code s3://dormouse/memory}; absent = nowhere. */
    public Optional<String> coldPath() {
        return cold.path();
    }

    /** The object store that runs beside this process, when cold pages go to one. */
    public Optional<ObjectStoreProcess> objectStore() {
        return cold.objectStore();
    }

    /** The running job. */
    public JobID job() {
        return job;
    }

    /** Stops job, cluster, broker and object store; what is to be kept is checkpointed first, what is temporary is removed. */
    @Override
    public void close() {
        try {
            if (options.data().isPresent() && flink.status(job) == JobStatus.RUNNING) {
                flink.checkpoint(job);
                flink.cancel(job);
            }
        } finally {
            try (directory;
                    cold;
                    kafka) {
                flink.close();
            }
        }
    }

    private static void closeQuietly(AutoCloseable part, Exception failure) {
        if (part == null) {
            return;
        }
        try {
            part.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }
}
