// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.operators.memory.LiveSegments;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.state.api.runtime.SavepointLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Sweeps a real S3 server beside a running job, from the command line. */
final class SweepITCase {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int DIMENSION = 64;
    private static final int ITEMS = 1_000;
    /** Namespaces of one item. */
    private static final int SMALL = 40;

    private static final int K = 5;
    /** Nobody stored this. */
    private static final String ORPHAN = "ab".repeat(32);

    @TempDir
    private static Path folder;

    private static EmbeddedStack stack;
    private static ObjectStoreProcess server;
    private static RunningJob job;
    private static MemoryClient client;

    /** Names of the objects that get older. */
    private static Set<String> aged = Set.of();

    private String complaints;

    @BeforeAll
    static void start() {
        Configuration slots = new Configuration();
        slots.set(TaskManagerOptions.NUM_TASK_SLOTS, 3);
        // Only the checkpoints that the test asks for.
        stack = EmbeddedStack.start(StackOptions.defaults()
                .withParallelism(1)
                .withCheckpointInterval(Duration.ofHours(1))
                .withCold(ColdPlace.besideTheStack())
                .withOptions(slots, new Configuration()));
        server = stack.objectStore().orElseThrow();
        Topics topics = new Topics(
                "sweep-ingest",
                "sweep-queries",
                "sweep-namespaces",
                "sweep-results",
                "sweep-dead-letters",
                "sweep-events",
                "sweep-access-log");
        Configuration options = new Configuration()
                .set(RetrievalOptions.GROUP, "sweep-job")
                .set(RetrievalOptions.COLD_AGE, Duration.ofMillis(500))
                .set(RetrievalOptions.COLD_SEGMENT_BYTES, new MemorySize(32 << 10))
                .set(RetrievalOptions.HOT_BYTES, new MemorySize(400 << 10))
                .set(RetrievalOptions.RECALL_SAMPLING_SHARE, 0.0);
        job = RunningJob.start(stack, topics, options, 2);
        client = new MemoryClient(stack.bootstrap(), topics);
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @Test
    void onlyWhatNoCheckpointAndNoRegisteredSavepointNeedsGoes() throws Exception {
        for (int i = 0; i < SMALL; i++) {
            client.ingest(item("small-" + i, 0)).join(); // too small for a page of its own, so never cold
        }
        AfterToken last = fill("first");
        until(() -> segments().size() > 5);
        String savepoint = job.stopWithSavepoint();
        String older = withoutNames(savepoint, folder.resolve("older"));
        StateDigest digest = digest(savepoint);
        assertThat(digest.examples()).isEmpty();
        assertThat(digest.items()).isEqualTo(ITEMS + SMALL);

        // The job goes on from what an earlier version would have written.
        job.restore(older, 2);
        assertComplete("first", last);
        client.command(erase("first"), TIMEOUT).join();
        int before = segments().size();
        last = fill("second");
        until(() -> segments().size() > before + 5);
        String jobFolder = parent(stack.flink().checkpoint(job.id()));
        put("segments/ab/" + ORPHAN);
        put("notes.txt");
        assertThat(sweep(0, "register", savepoint)).contains("registered");
        assertThat(sweep(0, "register", older)).contains("registered");
        assertThat(sweep(0, "list")).contains(name(savepoint), "older");
        aged = segments();
        age();
        String[] all = {"--checkpoints", jobFolder, "--grace", "1h", "--trash-grace", "1h"};
        // What was stored but not yet referred to is in the next checkpoint.
        stack.flink().checkpoint(job.id());

        // Nothing is touched: neither by a dry run, nor without a root, nor with one that cannot be read.
        Map<String, Long> untouched = objects();
        JsonNode report = json(0, all);
        int old = report.at("/old/segments").asInt();
        assertThat(old).as("with the one that nobody stored").isPositive();
        assertThat(report.at("/unknownExamples").toString()).contains("\"notes.txt\"");
        assertThat(sources(report))
                .containsOnly(
                        Map.entry("older", "REFERENCES"),
                        Map.entry(name(savepoint), "NAMES"),
                        Map.entry(name(jobFolder) + "/chk", "NAMES"));
        assertThat(sources(json(0, "--checkpoints", copyToS3(jobFolder))))
                .as("checkpoints on S3")
                .containsEntry(name(jobFolder) + "/chk", "NAMES");
        assertThat(needs(report, savepoint)).isEqualTo(needs(report, "older")).isPositive();
        sweep(0, "unregister", older);
        sweep(1, "unregister", older);
        Path broken = Path.of(URI.create(jobFolder)).resolve("chk-999/_metadata");
        Files.createDirectories(broken.getParent());
        Files.writeString(broken, "no checkpoint");
        sweep(1, with(all, "--apply"));
        assertThat(complaints).contains("chk-999");
        Files.delete(broken);
        sweep(1, "--checkpoints", folder.toString(), "--apply");
        assertThat(complaints).contains("no completed checkpoint below");
        sweep(2, "--apply");
        sweep(1, with(all, "--apply", "--no-root-will-ever-be-restored"));
        untouched.keySet().removeIf(path -> path.startsWith("roots/"));
        assertThat(objects()).containsAllEntriesOf(untouched);
        assertThat(objects().keySet()).noneMatch(path -> path.startsWith("trash/"));

        // What nothing needs goes to the trash, and nothing else.
        report = json(0, with(all, "--apply"));
        assertThat(report.at("/moved/segments").asInt()).isEqualTo(old);
        assertThat(objects().keySet()).contains("trash/ab/" + ORPHAN).doesNotContain("segments/ab/" + ORPHAN);
        assertThat(digest(savepoint)).isEqualTo(digest);

        // What only the savepoint needs goes when it is taken out; until it is deleted, it can be read.
        sweep(0, "unregister", savepoint);
        report = json(0, with(all, "--apply"));
        assertThat(report.at("/moved/segments").asInt()).isPositive();
        assertThat(digest(savepoint)).isEqualTo(digest);
        assertComplete("second", last);
        sweep(0, "register", savepoint);
        report = json(0, with(all, "--apply"));
        assertThat(report.at("/restored/segments").asInt()).isPositive();
        sweep(0, "unregister", savepoint);
        age();
        json(0, with(all, "--apply"));
        age();
        report = json(0, with(all, "--apply"));
        assertThat(report.at("/deleted/segments").asInt()).isPositive();
        assertThat(digest(savepoint).faults()).isPositive();
        sweep(1, "register", savepoint);
        assertThat(complaints).contains("segments that are gone");
        assertComplete("second", last);
        assertThat(digest(stack.flink().checkpoint(job.id())).examples()).isEmpty();
    }

    // ------------------------------------------------------------ the memory

    private static AfterToken fill(String namespace) {
        AfterToken[] last = new AfterToken[1];
        for (int i = 0; i < ITEMS; i++) {
            var sent = client.ingest(item(namespace, i));
            if (i == ITEMS - 1) {
                client.flush();
                last[0] = sent.join();
            }
        }
        return last[0];
    }

    private static IngestRecord item(String namespace, int item) {
        return IngestRecord.newBuilder()
                .setNamespace(namespace)
                .setId(Integer.toString(item))
                .setVector(Vectors.toBytes(vector(namespace, item)))
                .setPayload(ByteBuffer.wrap((namespace + " " + item).getBytes(UTF_8)))
                .build();
    }

    private static float[] vector(String namespace, int item) {
        Random random = new Random(31L * item + namespace.hashCode());
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static NamespaceCommand erase(String namespace) {
        NamespaceCommand command = new NamespaceCommand();
        command.setId(UUID.randomUUID().toString());
        command.setOp(NamespaceOp.ERASE);
        command.setNamespace(namespace);
        return command;
    }

    private static void assertComplete(String namespace, AfterToken last) {
        for (int i = 0; i < ITEMS; i += 100) {
            QueryRecord question = QueryRecord.newBuilder()
                    .setId(UUID.randomUUID().toString())
                    .setNamespace(namespace)
                    .setVector(Vectors.toBytes(vector(namespace, i)))
                    .setK(K)
                    .setAfter(List.of(last))
                    .setDeadlineMillis(30_000)
                    .build();
            QueryResult answer = client.ask(question, TIMEOUT).join().result();
            assertThat(answer.getPartial()).as(answer.getPartialReason()).isFalse();
            assertThat(answer.getHits()).hasSize(K);
            assertThat(answer.getHits().get(0).getId()).isEqualTo(Integer.toString(i));
        }
    }

    private static StateDigest digest(String path) throws Exception {
        return StateDigest.of(path, stack.coldPath().orElseThrow(), Configuration.fromMap(server.flinkOptions()));
    }

    /** A copy of a savepoint as versions before the names of segments would have written it. */
    private static String withoutNames(String savepoint, Path copy) throws IOException {
        Path from = Path.of(URI.create(savepoint));
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        CheckpointMetadata metadata = SavepointLoader.loadSavepointMetadata(savepoint);
        for (OperatorState operator : metadata.getOperatorStates()) {
            new TreeMap<>(operator.getSubtaskStates())
                    .forEach((index, instance) -> operator.putState(index, withoutNames(instance)));
        }
        try (OutputStream out = Files.newOutputStream(copy.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(metadata, out);
        }
        return copy.toUri().toString();
    }

    private static OperatorSubtaskState withoutNames(OperatorSubtaskState instance) {
        List<OperatorStateHandle> kept = new ArrayList<>();
        for (OperatorStateHandle handle : instance.getManagedOperatorState()) {
            Map<String, OperatorStateHandle.StateMetaInfo> states =
                    new TreeMap<>(handle.getStateNameToPartitionOffsets());
            states.remove(LiveSegments.descriptor().getName());
            kept.add(new OperatorStreamStateHandle(states, handle.getDelegateStateHandle()));
        }
        return instance.toBuilder()
                .setManagedOperatorState(new StateObjectCollection<>(kept))
                .build();
    }

    // ------------------------------------------------------------ the server's objects

    private static Path root() {
        return server.data().resolve("dormouse").resolve("memory");
    }

    /** Path and time of modification of every object. */
    private static Map<String, Long> objects() throws IOException {
        while (true) {
            try {
                return files();
            } catch (NoSuchFileException | UncheckedIOException e) {
                // The server has renamed a file that it was writing: look again.
            }
        }
    }

    private static Map<String, Long> files() throws IOException {
        Map<String, Long> objects = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().matches("[0-9a-f]{64}-.+")) {
                    objects.put(
                            root().relativize(file).toString(),
                            Files.getLastModifiedTime(file).toMillis());
                }
            }
        }
        return objects;
    }

    private static Set<String> segments() throws IOException {
        return Files.isDirectory(root())
                ? objects().keySet().stream()
                        .map(path -> path.substring(path.lastIndexOf('/') + 1))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** Puts what a job's checkpoints say into the server, beside the cold pages; returns the folder of all jobs. */
    private static String copyToS3(String jobFolder) throws IOException {
        Path from = Path.of(URI.create(jobFolder));
        Path to = server.data().resolve("dormouse/checkpoints").resolve(from.getFileName());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(each -> each.endsWith("_metadata")).toList()) {
                Files.createDirectories(to.resolve(from.relativize(file)).getParent());
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        return "s3://dormouse/checkpoints";
    }

    private static void put(String path) throws IOException {
        Files.createDirectories(root().resolve(path).getParent());
        Files.writeString(root().resolve(path), "an object");
    }

    /** Two hours pass for the objects that were there when the first of them passed; for later ones they do not. */
    private static void age() throws IOException {
        FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
        for (String path : objects().keySet()) {
            if (aged.contains(path.substring(path.lastIndexOf('/') + 1))) {
                Files.setLastModifiedTime(root().resolve(path), then);
            }
        }
    }

    // ------------------------------------------------------------ the command line

    /** Runs a sweep or what follows it on the command line, and returns what it prints. */
    private String sweep(int exitCode, String... arguments) {
        List<String> line = new ArrayList<>(List.of("sweep"));
        List<String> rest = new ArrayList<>(List.of(arguments));
        if (!rest.get(0).startsWith("--")) {
            line.add(rest.remove(0));
        }
        line.addAll(List.of("--cold", stack.coldPath().orElseThrow()));
        server.flinkOptions().forEach((key, value) -> line.addAll(List.of("--s3", key + "=" + value)));
        line.addAll(rest);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream standardOut = System.out;
        PrintStream standardErr = System.err;
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            CommandLine dormouse = Dormouse.commandLine();
            dormouse.setErr(new PrintWriter(System.err, true));
            int code = dormouse.execute(line.toArray(String[]::new));
            complaints = err.toString(UTF_8);
            assertThat(code).as(String.join(" ", arguments) + ": " + complaints).isEqualTo(exitCode);
        } finally {
            System.setOut(standardOut);
            System.setErr(standardErr);
        }
        return out.toString(UTF_8);
    }

    private JsonNode json(int exitCode, String... arguments) throws IOException {
        return new ObjectMapper().readTree(sweep(exitCode, with(arguments, "--json")));
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    /** Where the needs of each root were found; a checkpoint goes by the name of its job. */
    private static Map<String, String> sources(JsonNode report) {
        Map<String, String> sources = new TreeMap<>();
        for (JsonNode root : report.at("/roots")) {
            String path = root.get("path").asText();
            sources.put(
                    root.get("registered").asBoolean() ? name(path) : name(parent(path)) + "/chk",
                    root.get("source").asText());
        }
        return sources;
    }

    private static int needs(JsonNode report, String path) {
        for (JsonNode root : report.at("/roots")) {
            if (name(root.get("path").asText()).equals(name(path))) {
                return root.get("segments").asInt();
            }
        }
        throw new AssertionError(path + " is not among the roots");
    }

    private static String name(String path) {
        String folder = path.replaceAll("/$", "");
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
