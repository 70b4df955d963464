// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory as a user runs it, of real processes; each kind of them is killed in mid-stream. */
final class ProcessFaultsITCase {
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int PAPERS = 20_000;
    private static final int STEP = 1_000;
    private static final int K = 10;

    @TempDir
    private static Path folder;

    private static ProcessStack stack;
    private static MemoryClient client;
    private static PaperChanges papers;
    private static int sent;

    @BeforeAll
    static void start() throws Exception {
        stack = ProcessStack.start(ProcessOptions.in(folder).withHighAvailability());
        client = new MemoryClient(stack.bootstrap(), stack.topics());
        papers = new PaperChanges(ArxivSample.load(PAPERS));
        FileSystem.initialize(cluster(), null);
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
        stack.taskManager(stack.flink().taskManagers() - 1).kill();
        send();
        stack.startTaskManager();
        stack.job().awaitRunningSince(killed, TIMEOUT);
        assertAllThereOnce();
    }

    private static void send() {
        sent += STEP;
        papers.send(client, sent);
    }

    private static void assertAllThereOnce() throws Exception {
        for (QueryRecord question : papers.afterAll()) {
            QueryResult answer = client.ask(question, TIMEOUT).join().result();
            assertThat(answer.getError()).isNull();
            assertThat(answer.getPartial()).as(answer.getPartialReason()).isFalse();
            assertThat(answer.getHits().stream().map(Hit::getId)).hasSize(K).doesNotHaveDuplicates();
        }
        StateDigest digest = StateDigest.of(stack.job().savepoint(), stack.coldPath(), cluster());
        assertThat(digest.examples()).isEmpty();
        assertThat(digest.items()).isEqualTo(papers.items());
    }

    private static Configuration cluster() {
        return Configuration.fromMap(stack.objectStore().flinkOptions());
    }
}
