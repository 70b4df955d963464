// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.Broker;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory as a user runs it, of real processes; each kind of them is killed while items stream in. */
final class ProcessFaultsITCase {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final int PAPERS = 10_000;
    private static final int STEP = 1_000;

    @TempDir
    private static Path folder;

    private static ProcessStack stack;
    private static MemoryClient client;
    private static PaperChanges papers;
    private static PaperReader reader;
    private static int sent;

    @BeforeAll
    static void start() throws Exception {
        stack = ProcessStack.start(ProcessOptions.in(folder).withHighAvailability());
        client = new MemoryClient(patient(stack.bootstrap()), stack.topics());
        papers = new PaperChanges(ArxivSample.load(PAPERS));
        reader = new PaperReader(client, papers);
        FileSystem.initialize(cluster(), null);
        send();
        reader.awaitAll();
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @Test
    void aTaskManagerThatIsKilledLosesNothing() throws Exception {
        send();
        Instant killed = Instant.now();
        lastTaskManager().kill();
        send();
        stack.startTaskManager();
        stack.job().awaitRunningSince(killed, TIMEOUT);
        assertAllThereOnce();
    }

    @Test
    void aTaskManagerThatHaltsWhileItTakesACheckpointLosesNothing() throws Exception {
        lastTaskManager().stop();
        ServerProcess halting = stack.startTaskManager("-Ddormouse.fault-point=CHECKPOINT_FLUSHED@3!");
        send();
        halting.handle().onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(halting.log()).content().contains("halted at fault point CHECKPOINT_FLUSHED");
        Instant halted = Instant.now();
        stack.startTaskManager();
        stack.job().awaitRunningSince(halted, TIMEOUT);
        assertAllThereOnce();
    }

    @Test
    void aJobManagerThatIsKilledLeavesTheJobToTheNextOne() throws Exception {
        send();
        Instant killed = Instant.now();
        stack.jobManager().kill();
        try {
            send();
        } finally {
            stack.jobManager().restart();
        }
        stack.job().awaitRunningSince(killed, TIMEOUT);
        assertAllThereOnce();
    }

    @Test
    void aBrokerThatIsKilledComesBackAndNothingIsLost() throws Exception {
        send();
        stack.broker().kill();
        try {
            send();
        } finally {
            stack.broker().restart();
        }
        assertAllThereOnce();
    }

    @Test
    void anObjectStoreThatIsKilledComesBackAndNothingIsLost() throws Exception {
        send();
        stack.objectStore().kill();
        try {
            send();
            reader.awaitAll(); // what is not cold needs none
        } finally {
            stack.objectStore().restart();
        }
        assertAllThereOnce();
    }

    @Test
    void secretsStandInNoCommandLineAndInNoFileThatOthersCanRead() throws Exception {
        String secret = stack.objectStore().flinkOptions().get("s3.secret-key");
        for (ServerProcess server : List.of(stack.jobManager(), lastTaskManager())) {
            assertThat(server.handle().info().commandLine().orElseThrow()).doesNotContain(secret);
            assertThat(server.log()).content().contains("s3.secret-key").doesNotContain(secret);
        }
        try (Stream<Path> files =
                Files.walk(stack.jobManager().log().getParent().resolve("conf"))) {
            assertThat(files.filter(file -> file.endsWith("config.yaml")))
                    .singleElement()
                    .satisfies(file -> {
                        assertThat(file).content().contains(secret);
                        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                .startsWith("rw----");
                    });
        }
    }

    /**
     * A broker that may go away: by default a client then forgets what it knows of topics, and each record waits for that
     * to come back until it is refused.
     */
    private static Broker patient(String bootstrap) {
        return new Broker(bootstrap, Map.of("metadata.recovery.strategy", "none"));
    }

    private static ServerProcess lastTaskManager() {
        return stack.taskManager(stack.flink().taskManagers() - 1);
    }

    private static void send() {
        sent += STEP;
        papers.send(client, sent);
    }

    private static void assertAllThereOnce() throws Exception {
        reader.awaitAll();
        stack.job().awaitRunning(TIMEOUT);
        StateDigest digest = StateDigest.of(stack.job().savepoint(), stack.coldPath(), cluster());
        assertThat(digest.examples()).isEmpty();
        assertThat(digest.items()).isEqualTo(papers.items());
    }

    private static Configuration cluster() {
        return Configuration.fromMap(stack.objectStore().flinkOptions());
    }
}
