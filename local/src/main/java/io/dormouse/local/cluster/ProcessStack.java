// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cluster;

import io.dormouse.cluster.FlinkCluster;
import io.dormouse.cluster.FlinkJob;
import io.dormouse.cluster.JobRun;
import io.dormouse.cluster.KafkaBroker;
import io.dormouse.cluster.ZooKeeper;
import io.dormouse.local.LatestCheckpoint;
import io.dormouse.local.Topics;
import io.dormouse.local.WorkDirectory;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole memory as users run it, on 127.0.0.1: object store, broker, JobManager and TaskManagers each a process of its
 * own, and ZooKeeper where JobManagers are highly available. The job comes from the jar that ships; its checkpoints,
 * savepoints and cold pages lie in the object store. Each process can be killed and started again:
 *
 * <pre>
 * try (ProcessStack stack = ProcessStack.start(ProcessOptions.in(folder))) {
 *     Instant killed = Instant.now();
 *     stack.taskManager(0).kill();
 *     stack.startTaskManager("-Ddormouse.fault-point=SPLIT_DRAINS@3!");
 *     stack.job().awaitRunningSince(killed, timeout);
 * }
 * </pre>
 */
public final class ProcessStack implements AutoCloseable {
    /** Until a job that was submitted or restored runs. */
    public static final Duration JOB_TIMEOUT = Duration.ofMinutes(3);

    private static final String BUCKET = "dormouse";
    private static final String COLD_PATH = "s3://" + BUCKET + "/memory";

    private final ProcessOptions options;
    private final Topics topics = Topics.defaults();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ObjectStoreProcess objectStore;
    private final KafkaBroker broker;
    private int clusters;
    private Optional<ZooKeeper> zooKeeper = Optional.empty();
    private FlinkCluster flink;
    private FlinkJob job;

    private ProcessStack(ProcessOptions options) {
        this.options = options;
        this.objectStore = opened(ObjectStoreProcess.launch(options.folder().resolve("object-store"), 0));
        this.broker = opened(KafkaBroker.launch(options.folder().resolve("kafka")));
    }

    /** Starts everything, makes the topics, submits the job to a session cluster and waits until all its tasks run. */
    public static ProcessStack start(ProcessOptions options) {
        ProcessStack stack = startWithoutJob(options);
        try {
            stack.submit(Optional.empty());
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /** As {@link #start}, with a session cluster that has no job yet. */
    public static ProcessStack startWithoutJob(ProcessOptions options) {
        ProcessStack stack = new ProcessStack(options);
        try {
            stack.objectStore.awaitAnswer();
            stack.objectStore.createBucket(BUCKET);
            stack.startFlink();
            stack.broker.process().awaitReady();
            stack.topics.create(stack.bootstrap(), options.parallelism());
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /** Submits the job over REST and waits until all its tasks run. */
    public FlinkJob submit(Optional<String> restoreFrom) {
        return submit(new JobRun(jobArguments(), options.parallelism(), restoreFrom));
    }

    /** As {@link #submit(Optional)}, with arguments and parallelism of this run. */
    public FlinkJob submit(JobRun run) {
        return follow(flink.rest().run(flink.rest().upload(JobJar.find()), run).id());
    }

    /** Takes a job that somebody else has submitted for the job of this stack, and waits until all its tasks run. */
    public FlinkJob follow(String id) {
        job = flink.rest().job(id);
        job.awaitRunning(JOB_TIMEOUT);
        return job;
    }

    /** Ends all of Flink, and ZooKeeper, at once, and removes their folders, as when their machines are lost. */
    public void loseFlink() {
        flink.kill();
        zooKeeper.ifPresent(lost -> lost.process().kill());
        WorkDirectory.remove(flinkFolder());
    }

    /** Starts an empty session cluster after {@link #loseFlink()}. */
    public void startFlink() {
        clusters++;
        flink = opened(FlinkCluster.launchSession(flinkFolder(), flinkOptions()));
        awaitFlink();
    }

    /**
     * Starts a cluster that is made for the job (application mode) after {@link #loseFlink()}, and waits until all tasks
     * run.
     */
    public FlinkJob startApplication(Optional<String> restoreFrom) {
        clusters++;
        JobRun run = new JobRun(jobArguments(), options.parallelism(), restoreFrom);
        flink = opened(FlinkCluster.launchApplication(flinkFolder(), flinkOptions(), JobJar.find(), run));
        awaitFlink();
        return follow(flink.rest().awaitJob(JOB_TIMEOUT));
    }

    /** The newest completed checkpoint of any job, found in the object store as one is when nobody is left to ask. */
    public Optional<String> newestCheckpoint() {
        Path bucket = objectStore.data().resolve(BUCKET);
        return LatestCheckpoint.in(bucket.resolve("checkpoints"))
                .map(found -> "s3://" + BUCKET + "/" + bucket.relativize(found));
    }

    private Path flinkFolder() {
        return options.folder().resolve("flink-" + clusters);
    }

    private void awaitFlink() {
        options.taskManagers().forEach(jvm -> flink.launchTaskManager(jvm.toArray(String[]::new)));
        flink.awaitReady();
    }

    private Map<String, String> flinkOptions() {
        Map<String, String> all = new HashMap<>(objectStore.flinkOptions());
        all.put("execution.checkpointing.dir", "s3://" + BUCKET + "/checkpoints");
        all.put("execution.checkpointing.savepoint-dir", "s3://" + BUCKET + "/savepoints");
        all.put("execution.checkpointing.interval", "2 s");
        all.put("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        all.put("restart-strategy.type", "fixed-delay");
        all.put("restart-strategy.fixed-delay.attempts", "1000000");
        all.put("restart-strategy.fixed-delay.delay", "500 ms");
        if (options.highAvailability()) {
            zooKeeper = Optional.of(opened(ZooKeeper.launch(flinkFolder().resolve("zookeeper"))));
            all.putAll(zooKeeper
                    .get()
                    .flinkOptions("s3://" + BUCKET + "/" + flinkFolder().getFileName() + "-ha"));
        }
        all.putAll(options.flink());
        return all;
    }

    /** The arguments by which the job finds this stack. */
    public List<String> jobArguments() {
        Map<String, String> all = new TreeMap<>();
        all.put("kafka.bootstrap-servers", bootstrap());
        all.put("memory.cold-path", COLD_PATH);
        all.put("memory.hot-bytes-max", "128 mb");
        all.putAll(options.job());
        List<String> arguments = new ArrayList<>();
        all.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
        return arguments;
    }

    /** The broker's address, as {@code host:port}. */
    public String bootstrap() {
        return broker.bootstrap();
    }

    /** The topics the job reads and writes. */
    public Topics topics() {
        return topics;
    }

    /** Where cold pages go, as in {@code memory.cold-path}. */
    public String coldPath() {
        return COLD_PATH;
    }

    /** The job that was submitted last. */
    public FlinkJob job() {
        return job;
    }

    /** The Flink cluster that runs now. */
    public FlinkCluster flink() {
        return flink;
    }

    /** The broker; its port and data outlive it. */
    public ServerProcess broker() {
        return broker.process();
    }

    /** The object store; its port and data outlive it. */
    public ObjectStoreProcess objectStore() {
        return objectStore;
    }

    /** The JobManager. */
    public ServerProcess jobManager() {
        return flink.jobManager();
    }

    /** The TaskManager that was started as the {@code number}-th, from 0. */
    public ServerProcess taskManager(int number) {
        return flink.taskManager(number);
    }

    /** Starts one more TaskManager with further options of its virtual machine, and waits until it is registered. */
    public ServerProcess startTaskManager(String... jvmOptions) {
        return flink.startTaskManager(jvmOptions);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a part of the stack could not be stopped", e);
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }
}
