// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.jobs.RetrievalJob;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.local.EmbeddedFlink;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.WebOptions;

/**
 * The retrieval job on an embedded Flink cluster, as it ships (RocksDB, incremental unaligned checkpoints to a local
 * folder), between the ends of a {@link Feed} instead of Kafka.
 */
public final class OperatorFixture implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int CHECKPOINTS_REMEMBERED = 1_000;

    private final int parallelism;
    private final EmbeddedFlink flink;
    private final Feed feed;
    private JobID job;
    private volatile long bytesIngested;

    /**
     * Starts a cluster; the job is not started yet.
     *
     * @param parallelism slots of the cluster and instances of each operator
     * @param options Flink's, which win over those of {@link EmbeddedFlink}
     */
    public OperatorFixture(int parallelism, Configuration options) {
        this.parallelism = parallelism;
        Configuration all = new Configuration(options);
        all.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, CHECKPOINTS_REMEMBERED);
        MetricTap.install(all);
        flink = EmbeddedFlink.start(null, 0, parallelism, all);
        feed = new Feed(parallelism);
    }

    /** Starts the job with options of its own. Results are in Avro. */
    public void start(Configuration options) {
        submit(options, new Configuration());
    }

    /** Starts the job from a savepoint. */
    public void restore(String savepoint, Configuration options) {
        submit(options, new Configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint));
    }

    private void submit(Configuration options, Configuration flinkOptions) {
        Configuration all = new Configuration(options);
        all.set(RetrievalOptions.RESULTS_FORMAT, WireFormat.AVRO);
        flinkOptions.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        job = flink.submit(env -> RetrievalJob.build(env, all, feed), flinkOptions);
    }

    /** Stops the job and returns the savepoint it left. */
    public String stop() {
        return flink.stopWithSavepoint(job);
    }

    /** Takes a checkpoint now. */
    public Checkpoint checkpoint() {
        long before = newest();
        flink.checkpoint(job);
        List<Checkpoint> after = checkpoints(before);
        return after.get(after.size() - 1);
    }

    /** Completed checkpoints with a larger number, oldest first. */
    public List<Checkpoint> checkpoints(long after) {
        return Checkpoint.of(flink.cluster(), job, after);
    }

    /** The number of the newest completed checkpoint, or 0. */
    long newest() {
        List<Checkpoint> all = checkpoints(0);
        return all.isEmpty() ? 0 : all.get(all.size() - 1).id();
    }

    /** Where records go in and out. */
    public Feed feed() {
        return feed;
    }

    /** Sends an ingest record; waits while there is no room. One thread at a time. */
    public void ingest(IngestRecord record) {
        byte[] value = WireCodec.INGEST.encode(record, WireFormat.AVRO);
        feed.send(RetrievalOptions.INGEST_TOPIC, record.getNamespace(), value);
        bytesIngested += value.length;
    }

    /** Bytes of all ingest records sent. */
    public long bytesIngested() {
        return bytesIngested;
    }

    /** Waits until so many upserts have been applied since the job was started last. */
    public void awaitUpserts(long count) {
        await(count + " upserts", () -> MetricTap.sum("upsertsApplied") >= count);
    }

    /** Waits until the memory has no maintenance left to do. */
    public void awaitUpkeep() {
        await(
                "the end of maintenance",
                () -> MetricTap.sum("waitingSteps") == 0 && MetricTap.sum("upkeepOutstanding") == 0);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + TIMEOUT + " in vain for " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Names for namespaces, spread evenly over the instances of the paged memory: {@code count} of them. */
    public List<String> namespaces(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int suffix = 0; names.size() < count; suffix++) {
            String name = prefix + suffix;
            if (Feed.subtask(name, parallelism) == names.size() % parallelism) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public void close() {
        try (feed) {
            flink.close();
        }
    }
}
