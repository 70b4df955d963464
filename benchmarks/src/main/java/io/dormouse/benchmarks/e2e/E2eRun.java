// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import io.dormouse.benchmarks.data.LoadedMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.StackOptions;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The retrieval job with a loaded set and the pass-through job, side by side on one broker and one cluster; rounds of load
 * go to the one and the other in turn.
 */
public final class E2eRun implements AutoCloseable {
    /** Hits of a query. */
    public static final int K = 10;

    /** What queries ask for; the bar is on what they get. */
    /** A little above the recall that is wanted: probing is steered to its target, so half of all samples lie below it. */
    private static final float RECALL_TARGET = 0.96f;

    /** Both jobs wait this long to fill a batch: with 0 the broker works more than either job. */
    private static final Duration LINGER = Duration.ofMillis(1);

    private static final int WINDOW = 2_000;
    private static final String PLAIN_QUERIES = "pass-through-queries";
    private static final String PLAIN_RESULTS = "pass-through-results";

    private final VectorSet set;
    private final EmbeddedStack stack;
    private final MemoryClient client;
    private final LoadDriver plain;
    private final LoadDriver memory;
    private final double loadSeconds;

    /** Rates and latencies of one job, one entry a round. */
    public record Rounds(List<Double> perSecond, List<LoadDriver.Paced> paced) {
        Rounds() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    public E2eRun(VectorSet set) throws Exception {
        this.set = set;
        Configuration job = new Configuration();
        job.set(RetrievalOptions.RESULTS_FORMAT, WireFormat.AVRO);
        job.set(RetrievalOptions.RESULTS_LINGER, LINGER);
        // Three slots' worth of tasks share two: the pass-through job needs slots of its own.
        StackOptions options = StackOptions.defaults().withOptions(slots(4), job);
        stack = EmbeddedStack.start(options);
        client = new MemoryClient(stack.bootstrap(), stack.topics());
        loadSeconds = LoadedMemory.load(client, set, MetricName.COSINE);
        startPassThrough(options.parallelism());
        plain = driver(PLAIN_QUERIES, PLAIN_RESULTS);
        memory = driver(stack.topics().queries(), stack.topics().results());
    }

    private LoadDriver driver(String queries, String results) {
        return new LoadDriver(new KafkaTransport(stack.bootstrap(), queries, results, this::query));
    }

    /** Rows a second while loading. */
    public double loadRate() {
        return set.base().length / loadSeconds;
    }

    /** Loads both jobs for a while, in turn. */
    public void warmUp(Duration each) {
        for (int i = 0; i < 3; i++) {
            plain.saturate(each.dividedBy(3), WINDOW);
            memory.saturate(each.dividedBy(3), WINDOW);
        }
    }

    /** Measures both jobs in alternating rounds. */
    public void measure(int rounds, Duration each, Rounds ofPlain, Rounds ofMemory) {
        for (int i = 0; i < rounds; i++) {
            ofPlain.perSecond().add(plain.saturate(each, WINDOW));
            ofMemory.perSecond().add(memory.saturate(each, WINDOW));
        }
        IngestPace ingest = new IngestPace(set.base().length, 1_000, row -> client.ingest(set.item(row)));
        try {
            for (int i = 0; i < rounds; i++) {
                ofPlain.paced().add(plain.pace(each, 500));
                ofMemory.paced().add(memory.pace(each, 500));
            }
        } finally {
            ingest.close();
        }
    }

    /** Holds the answers of paced rounds against the truth. */
    public AnswerQuality quality(List<LoadDriver.Paced> rounds) throws MalformedRecordException {
        return AnswerQuality.of(set, number -> (int) (number % set.queries().length), K, rounds);
    }

    private byte[] query(long number) {
        int query = (int) (number % set.queries().length);
        QueryRecord record = LoadedMemory.query(set, query, Long.toString(number), K, List.of());
        record.setRecallTarget(RECALL_TARGET);
        return WireCodec.QUERY.encode(record, WireFormat.AVRO);
    }

    private void startPassThrough(int parallelism) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.bootstrap()))) {
            admin.createTopics(List.of(
                            new NewTopic(PLAIN_QUERIES, parallelism, (short) 1),
                            new NewTopic(PLAIN_RESULTS, parallelism, (short) 1)))
                    .all()
                    .get();
        }
        Configuration config = new Configuration();
        config.set(RetrievalOptions.BOOTSTRAP_SERVERS, stack.bootstrap());
        config.set(RetrievalOptions.QUERIES_TOPIC, PLAIN_QUERIES);
        config.set(RetrievalOptions.RESULTS_TOPIC, PLAIN_RESULTS);
        config.set(RetrievalOptions.GROUP, "pass-through");
        config.set(RetrievalOptions.RESULTS_LINGER, LINGER);
        stack.flink().submit(new PassThroughJob(config, set.name()));
    }

    private static Configuration slots(int slots) {
        Configuration flink = new Configuration();
        flink.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
        return flink;
    }

    @Override
    public void close() {
        plain.close();
        memory.close();
        client.close();
        stack.close();
    }
}
