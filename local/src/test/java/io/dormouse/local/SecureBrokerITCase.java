// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole memory behind a broker that speaks TLS alone and wants a password, with object storage that wants a key. The
 * secrets are watched for in everything that anybody can read.
 */
class SecureBrokerITCase {
    private static final String WRONG = "not-the-password-1234";
    private static final Pattern ID = Pattern.compile("\"(?:id|jid)\":\"([0-9a-f]{32})\"");

    @TempDir
    private static Path folder;

    private static final int METRICS_AT_ONCE = 50;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static SecureKafka kafka;
    private static ObjectStoreProcess objects;
    private static EmbeddedFlink flink;
    private static SecretWatch watch;
    private static JobID job;

    @BeforeAll
    static void start() throws Exception {
        objects = ObjectStoreProcess.start(Files.createDirectory(folder.resolve("objects")));
        objects.createBucket("dormouse");
        Map<String, String> s3 = objects.flinkOptions();
        watch = new SecretWatch(
                List.of(SecureKafka.PASSWORD, SecureKafka.STORE_PASSWORD, WRONG, s3.get("s3.secret-key")));
        kafka = new SecureKafka(folder);
        Topics.defaults().create(kafka.broker(SecureKafka.PASSWORD), 2);
        flink = EmbeddedFlink.start(folder.resolve("flink"), 0, 2, Configuration.fromMap(s3));
        job = submit(SecureKafka.PASSWORD, "dormouse");
    }

    @AfterAll
    static void stop() {
        flink.close();
        kafka.close();
        objects.close();
        watch.close();
    }

    /** As the job's main method does it: the options reach the environment as well. */
    private static JobID submit(String password, String group) {
        Map<String, String> options = new HashMap<>(Map.of("kafka.group", group, "memory.cold-age", "1 s"));
        kafka.properties(password).forEach((key, value) -> options.put("kafka.properties." + key, value));
        Configuration configuration = Configuration.fromMap(options);
        return flink.submit(
                new EmbeddedJob(
                        kafka.broker(password).bootstrap(),
                        Topics.defaults(),
                        Optional.of("s3://dormouse/" + group),
                        configuration),
                configuration);
    }

    @Test
    void whoKnowsThePasswordIsAnsweredAndNothingShowsASecret() throws Exception {
        String config = kafka.file(folder, SecureKafka.PASSWORD).toString();
        assertThat(run(
                        "namespace",
                        "create",
                        "notes",
                        "--dimension",
                        "2",
                        "--timeout",
                        "180",
                        "--kafka-config",
                        config))
                .isZero();
        Path items = Files.writeString(folder.resolve("notes.jsonl"), "{\"id\": \"a\", \"vector\": [1, 2]}\n");
        assertThat(run("ingest", items.toString(), "-n", "notes", "--kafka-config", config))
                .isZero();
        assertThat(run("query", "--vector", "1,2", "-n", "notes", "--kafka-config", config))
                .isZero();
        assertThat(run("watch", "--once", "--kafka-config", config)).isZero();
        try (MemoryClient client = new MemoryClient(kafka.broker(SecureKafka.PASSWORD), Topics.defaults())) {
            AfterToken token = client.ingest(item("b", 3, 1)).get(3, TimeUnit.MINUTES);
            QueryResult answer =
                    client.ask(question(token), Duration.ofMinutes(3)).get().result();
            assertThat(answer.getHits()).extracting(Hit::getId).containsExactlyInAnyOrder("a", "b");
            client.ingest(item("refused", 1, 2, 3)).get(3, TimeUnit.MINUTES);
        }
        flink.checkpoint(job);
        awaitDeadLetter();
        checkTopics();
        assertThat(checkRest()).anyMatch(path -> path.contains("queriesFailed"));
        assertThat(watch.lines()).isGreaterThan(100);
        watch.assertNothingFound();
    }

    @Test
    void whoDoesNotIsToldSo() throws Exception {
        StringWriter said = new StringWriter();
        String config = kafka.file(folder, WRONG).toString();
        assertThat(run(said, "query", "--vector", "1,2", "--kafka-config", config))
                .isEqualTo(1);
        assertThat(said.toString().lines())
                .singleElement()
                .asString()
                .contains("did not agree on who they are", "Invalid username or password", "--kafka-config")
                .doesNotContain(WRONG);
        assertThat(run("namespace", "erase", "notes", "--kafka-config", config)).isEqualTo(1);

        JobID refused = submit(WRONG, "wrong");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        ErrorInfo failure = null;
        while (failure == null) {
            assertThat(System.nanoTime()).as("the job never failed").isLessThan(deadline);
            Thread.onSpinWait();
            failure = flink.cluster()
                    .getExecutionGraph(refused)
                    .get(3, TimeUnit.MINUTES)
                    .getFailureInfo();
        }
        assertThat(failure.getExceptionAsString())
                .contains(SaslAuthenticationException.class.getSimpleName(), "Invalid username or password");
        flink.cancel(refused);
        checkRest();
        watch.assertNothingFound();
    }

    private static int run(String... arguments) {
        return run(new StringWriter(), arguments);
    }

    private static int run(StringWriter said, String... arguments) {
        int code = Dormouse.commandLine().setErr(new PrintWriter(said, true)).execute(arguments);
        watch.check(said.toString());
        return code;
    }

    private static IngestRecord item(String id, float... vector) {
        return IngestRecord.newBuilder()
                .setNamespace("notes")
                .setId(id)
                .setVector(Vectors.toBytes(vector))
                .build();
    }

    private static QueryRecord question(AfterToken after) {
        return QueryRecord.newBuilder()
                .setId("q")
                .setNamespace("notes")
                .setVector(Vectors.toBytes(new float[] {1, 2}))
                .setAfter(List.of(after))
                .build();
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.broker(SecureKafka.PASSWORD).client(Map.of("auto.offset.reset", "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static void awaitDeadLetter() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(new TopicPartition(Topics.defaults().deadLetters(), 0)));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (consumer.poll(Duration.ofMillis(200)).isEmpty()) {
                assertThat(System.nanoTime()).as("no dead letter came").isLessThan(deadline);
            }
        }
    }

    /** Every record of every topic. */
    private static void checkTopics() {
        int records = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = Topics.defaults().all().stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    records++;
                    watch.check(new String(record.value(), UTF_8));
                }
            }
        }
        assertThat(records)
                .as("ingest, commands, events, queries, results, dead letters")
                .isGreaterThan(8);
    }

    /** What Flink's web UI can show: configuration, jobs, their exceptions, plans and metrics. */
    private static Set<String> checkRest() throws Exception {
        Deque<String> paths = new ArrayDeque<>(List.of(
                "config", "jobmanager/config", "jobmanager/environment", "jobmanager/metrics", "jobs", "taskmanagers"));
        Set<String> seen = new HashSet<>(paths);
        while (!paths.isEmpty()) {
            String path = paths.remove();
            String shown = get(path);
            watch.check(shown);
            for (String next : behind(path, shown)) {
                if (seen.add(next)) {
                    paths.add(next);
                }
            }
        }
        return seen;
    }

    private static List<String> behind(String path, String shown) {
        Set<String> paths = new HashSet<>();
        Matcher ids = ID.matcher(shown);
        while (ids.find()) {
            if (path.equals("jobs")) {
                String found = "jobs/" + ids.group(1);
                paths.addAll(List.of(found, found + "/config", found + "/exceptions", found + "/checkpoints/config"));
            } else if (path.matches("jobs/[0-9a-f]+") && !path.endsWith(ids.group(1))) {
                paths.add(path + "/vertices/" + ids.group(1) + "/metrics");
            }
        }
        if (path.endsWith("/metrics")) {
            List<String> names = Pattern.compile("\"id\":\"([^\"]+)\"")
                    .matcher(shown)
                    .results()
                    .map(name -> URLEncoder.encode(name.group(1), UTF_8))
                    .toList();
            for (int from = 0; from < names.size(); from += METRICS_AT_ONCE) {
                int end = Math.min(names.size(), from + METRICS_AT_ONCE);
                paths.add(path + "?get=" + String.join(",", names.subList(from, end)));
            }
        }
        return List.copyOf(paths);
    }

    private static String get(String path) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(flink.webAddress() + "/" + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
