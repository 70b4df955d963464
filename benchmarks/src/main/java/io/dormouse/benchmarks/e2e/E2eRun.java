// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import io.dormouse.benchmarks.data.LoadedMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.process.Resident;
import io.dormouse.benchmarks.process.TemporaryStack;
import io.dormouse.cluster.FlinkJob;
import io.dormouse.cluster.JobRun;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.JobJar;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The retrieval job with a loaded set and the pass-through job, side by side on one broker and one cluster of processes;
 * rounds of load go to the one and the other in turn.
 */
public final class E2eRun implements AutoCloseable {
    /** Hits of a query. */
    public static final int K = 10;

    /** Upserts a second beside paced queries. */
    public static final int UPSERTS = 1_000;

    /** A little above the recall that is wanted: probing is steered to its target, so half of all samples lie below it. */
    private static final float RECALL_TARGET = 0.97f;

    private static final int PARALLELISM = 2;
    private static final int WINDOW = 2_000;
    private static final String PLAIN_QUERIES = "pass-through-queries";
    private static final String PLAIN_RESULTS = "pass-through-results";

    private final VectorSet set;
    private final TemporaryStack home;
    private final ProcessStack stack;
    private final MemoryClient client;
    private final LoadDriver plain;
    private final LoadDriver memory;
    private final double loadSeconds;

    /**
     * Rates and latencies of one job, one entry a round.
     *
     * @param paced by queries per second
     */
    public record Rounds(List<Double> perSecond, Map<Integer, List<Paced>> paced) {
        /** None yet. */
        public Rounds() {
            this(new ArrayList<>(), new TreeMap<>());
        }

        private void add(int rate, Paced round) {
            paced.computeIfAbsent(rate, none -> new ArrayList<>()).add(round);
        }
    }

    /** @param home processes started with {@link #options} */
    public E2eRun(VectorSet set, TemporaryStack home) throws Exception {
        this.set = set;
        this.home = home;
        stack = home.stack();
        loadSeconds = LoadedMemory.load(stack, set, MetricName.COSINE);
        client = new MemoryClient(stack.bootstrap(), stack.topics());
        startPassThrough();
        plain = driver(PLAIN_QUERIES, PLAIN_RESULTS);
        memory = driver(stack.topics().queries(), stack.topics().results());
    }

    /** What both jobs need. */
    public static ProcessOptions options(ProcessOptions defaults) {
        return defaults.withParallelism(PARALLELISM)
                .withFlink("taskmanager.numberOfTaskSlots", Integer.toString(2 * PARALLELISM))
                .withFlink("taskmanager.memory.process.size", "3584m")
                .withFlink("taskmanager.memory.managed.size", "640m") // RocksDB's, for two jobs with two slots each
                .withFlink(
                        "env.java.opts.taskmanager", "--add-modules=jdk.incubator.vector -XX:+UseTransparentHugePages")
                // What the retrieval job sets for itself; the other is to have it, too.
                .withFlink("execution.checkpointing.interval", "10 s")
                .withFlink("execution.checkpointing.unaligned.enabled", "true")
                .withFlink("execution.buffer-timeout.interval", "0 ms")
                .withFlink("pipeline.object-reuse", "true")
                .withJob(
                        "memory.hot-bytes-max", "1 gb") // a quarter for each slot: the shard of the set has one of them
                .withJob("memory.cold-age", "1 h") // longer than the run: what cold pages cost is another question
                .withJob("format.results", "AVRO")
                // Both jobs wait this long to fill a batch: with 0 the broker works more than either job.
                .withJob("results.linger", "1 ms");
    }

    private LoadDriver driver(String queries, String results) {
        return new LoadDriver(new KafkaTransport(stack.bootstrap(), queries, results, this::query));
    }

    /** Rows a second while loading. */
    public double loadRate() {
        return set.base().length / loadSeconds;
    }

    /** Loads both jobs for a while, in turn, beside upserts. */
    public void warmUp(Duration each) {
        IngestPace ingest = ingest();
        try {
            for (int i = 0; i < 3; i++) {
                plain.saturate(each.dividedBy(3), WINDOW);
                memory.saturate(each.dividedBy(3), WINDOW);
            }
        } finally {
            ingest.close();
        }
    }

    /** Asks both jobs as fast as they answer, in alternating rounds. */
    public void saturate(int rounds, Duration each, Rounds ofPlain, Rounds ofMemory) {
        for (int i = 0; i < rounds; i++) {
            ofPlain.perSecond().add(plain.saturate(each, WINDOW));
            ofMemory.perSecond().add(memory.saturate(each, WINDOW));
        }
    }

    /** Asks both jobs at a pace beside upserts, in alternating rounds. */
    public void pace(int perSecond, int rounds, Duration each, Rounds ofPlain, Rounds ofMemory) {
        IngestPace ingest = ingest();
        try {
            for (int i = 0; i < rounds; i++) {
                ofPlain.add(perSecond, plain.pace(each, perSecond));
                ofMemory.add(perSecond, memory.pace(each, perSecond));
            }
        } finally {
            ingest.close();
        }
    }

    /** Asks the memory alone at a pace beside upserts. */
    public Paced pace(int perSecond, Duration duration) {
        IngestPace ingest = ingest();
        try {
            return memory.pace(duration, perSecond);
        } finally {
            ingest.close();
        }
    }

    private IngestPace ingest() {
        return new IngestPace(set.base().length, UPSERTS, row -> client.ingest(set.item(row)));
    }

    /** Holds the answers of paced rounds against the truth. */
    public AnswerQuality quality(List<Paced> rounds) throws MalformedRecordException {
        return AnswerQuality.of(set, number -> (int) (number % set.queries().length), K, rounds);
    }

    /** Memory that the TaskManager's process takes, bytes. */
    public long residentBytes() throws IOException {
        return Resident.bytes(stack.taskManager(0).handle());
    }

    private byte[] query(long number) {
        int query = (int) (number % set.queries().length);
        QueryRecord record = LoadedMemory.query(set, query, Long.toString(number), K, List.of());
        record.setRecallTarget(RECALL_TARGET);
        return WireCodec.QUERY.encode(record, WireFormat.AVRO);
    }

    private void startPassThrough() throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.bootstrap()))) {
            admin.createTopics(List.of(
                            new NewTopic(PLAIN_QUERIES, PARALLELISM, (short) 1),
                            new NewTopic(PLAIN_RESULTS, PARALLELISM, (short) 1)))
                    .all()
                    .get();
        }
        List<String> arguments = new ArrayList<>(stack.jobArguments());
        arguments.addAll(List.of(
                "--kafka.group", "pass-through",
                "--topics.queries", PLAIN_QUERIES,
                "--topics.results", PLAIN_RESULTS));
        Path jar = PassThroughJar.write(JobJar.find(), home.folder().resolve("pass-through.jar"));
        FlinkJob job = stack.flink()
                .rest()
                .run(stack.flink().rest().upload(jar), new JobRun(arguments, PARALLELISM, Optional.empty()));
        job.awaitRunning(ProcessStack.JOB_TIMEOUT);
    }

    @Override
    public void close() {
        plain.close();
        memory.close();
        client.close();
    }
}
