// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.cluster.FlinkRestException;
import io.dormouse.cluster.JobRun;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.JobJar;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.process.JavaCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job's jar as it ships, submitted in every way that Flink has; each job reads the same ingest topic from its begin. */
final class SubmissionITCase {
    private static final int PAPERS = 2_000;
    private static final int QUESTIONS = 20;

    @TempDir
    private static Path folder;

    private static ProcessStack stack;
    private static MemoryClient client;
    private static PaperChanges papers;
    private static PaperReader reader;

    @BeforeAll
    static void start() throws Exception {
        stack = ProcessStack.startWithoutJob(ProcessOptions.in(folder));
        client = new MemoryClient(stack.bootstrap(), stack.topics());
        papers = new PaperChanges(ArxivSample.load(PAPERS));
        papers.send(client, PAPERS);
        client.flush();
        reader = new PaperReader(client, papers);
        FileSystem.initialize(cluster(), null);
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @AfterEach
    void freeTheSlots() {
        stack.flink()
                .rest()
                .runningJobs()
                .forEach(id -> stack.flink().rest().job(id).cancel());
    }

    @Test
    void flinkRunSubmitsTheJar() {
        List<String> command = new ArrayList<>(List.of("run", "--detached", "--parallelism", "2"));
        command.add(JobJar.find().toString());
        command.addAll(stack.jobArguments());
        JavaCommand.Ended ended = stack.flink().flink(command.toArray(String[]::new));
        Matcher id = Pattern.compile("submitted with JobID ([0-9a-f]{32})").matcher(ended.output());
        assertThat(id.find()).as(ended.output()).isTrue();
        assertThat(ended.exitCode()).isZero();
        stack.follow(id.group(1));
        reader.awaitAll();
    }

    @Test
    void aJobIsRescaledFromOneToTwoToOneWithSavepoints() throws Exception {
        stack.submit(run(1, Optional.empty()));
        reader.awaitAll();
        List<List<String>> answers = reader.answers(QUESTIONS);
        String one = stack.job().stopWithSavepoint();
        stack.submit(run(2, Optional.of(one)));
        assertThat(reader.answers(QUESTIONS)).isEqualTo(answers);
        String two = stack.job().stopWithSavepoint();
        stack.submit(run(1, Optional.of(two)));
        assertThat(reader.answers(QUESTIONS)).isEqualTo(answers);
        assertThat(digest(stack.job().stopWithSavepoint()))
                .isEqualTo(digest(one))
                .isEqualTo(digest(two));
    }

    @Test
    void whenEveryProcessOfFlinkAndItsDiskAreLostACheckpointOnS3HasEverything() throws Exception {
        stack.submit(run(2, Optional.empty()));
        reader.awaitAll();
        List<List<String>> answers = reader.answers(QUESTIONS);
        stack.job().checkpoint();

        stack.loseFlink();
        StateDigest before = digest(stack.newestCheckpoint().orElseThrow());
        assertThat(before.items()).isEqualTo(papers.items());
        assertThat(before.examples()).isEmpty();
        stack.startFlink();
        stack.submit(run(2, stack.newestCheckpoint()));
        assertThat(reader.answers(QUESTIONS)).isEqualTo(answers);
        assertThat(digest(stack.job().savepoint())).isEqualTo(before);

        stack.loseFlink();
        stack.startApplication(stack.newestCheckpoint());
        assertThat(reader.answers(QUESTIONS)).isEqualTo(answers);
        stack.loseFlink();
        stack.startFlink();
    }

    @Test
    void whatIsWrongIsSaidWhereTheJobIsSubmitted() {
        assertThatThrownBy(
                        () -> stack.submit(new JobRun(List.of("--memory.hot-bites-max", "1 gb"), 1, Optional.empty())))
                .isInstanceOf(FlinkRestException.class)
                .hasMessageContaining(
                        "option memory.hot-bites-max is unknown: run with --help for the list of options");
        JavaCommand.Ended unreachable = stack.flink()
                .flink("run", "--detached", JobJar.find().toString(), "--kafka.bootstrap-servers", "127.0.0.1:1");
        assertThat(unreachable.exitCode()).isNotZero();
        assertThat(unreachable.output()).contains("no broker answers at 127.0.0.1:1");
        JavaCommand.Ended topic = stack.flink()
                .flink(
                        "run",
                        "--detached",
                        JobJar.find().toString(),
                        "--kafka.bootstrap-servers",
                        stack.bootstrap(),
                        "--topics.ingest",
                        "ingset");
        assertThat(topic.output()).contains("has no topic 'ingset'");
    }

    private static JobRun run(int parallelism, Optional<String> restoreFrom) {
        return new JobRun(stack.jobArguments(), parallelism, restoreFrom);
    }

    private static StateDigest digest(String path) throws Exception {
        return StateDigest.of(path, stack.coldPath(), cluster());
    }

    private static Configuration cluster() {
        return Configuration.fromMap(stack.objectStore().flinkOptions());
    }
}
