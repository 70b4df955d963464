// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.process;

import io.dormouse.cluster.JobRun;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.Topics;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.ProcessOptions;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;

/**
 * A memory as processes to which something is done, and after it a second job that reads the same writes in peace: what both
 * hold in the end must be the same.
 */
public final class ComparedMemory implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration CATCH_UP_TIMEOUT = Duration.ofMinutes(10);

    private final TemporaryStack home;
    private final ProcessStack stack;
    private Topics topics;
    private String coldPath;

    public ComparedMemory(UnaryOperator<ProcessOptions> options) throws IOException {
        home = new TemporaryStack("compared", options, Map.of());
        home.keepLogs(true); // until the second job has told what it holds, something went wrong
        stack = home.stack();
        topics = stack.topics();
        coldPath = stack.coldPath();
    }

    /** The processes. */
    public ProcessStack stack() {
        return stack;
    }

    /** Topics of the job that runs now; ingest is that of both. */
    public Topics topics() {
        return topics;
    }

    /** Starts the second job; the first has ended with its digest. */
    public void startSecond(int parallelism) {
        Topics first = stack.topics();
        topics = new Topics(
                first.ingest(),
                "second-queries",
                "second-namespaces",
                "second-results",
                "second-dead-letters",
                "second-events",
                "second-access-log");
        topics.create(stack.bootstrap(), parallelism);
        coldPath = stack.coldPath() + "-second";
        List<String> arguments = new ArrayList<>(stack.jobArguments());
        arguments.addAll(List.of(
                "--kafka.group", "second",
                "--topics.queries", topics.queries(),
                "--topics.namespaces", topics.namespaces(),
                "--topics.results", topics.results(),
                "--topics.dead-letters", topics.deadLetters(),
                "--topics.events", topics.events(),
                "--memory.cold-path", coldPath));
        stack.submit(new JobRun(arguments, parallelism, Optional.empty()));
    }

    /** A client of the job that runs now. */
    public MemoryClient client() {
        return new MemoryClient(stack.bootstrap(), topics);
    }

    /** Waits until a namespace has applied a write. */
    public void awaitApplied(MemoryClient client, QueryRecord.Builder question, AfterToken write) {
        question.setAfter(List.of(write)).setDeadlineMillis((int) ANSWER_TIMEOUT.toMillis() / 2);
        long end = System.nanoTime() + CATCH_UP_TIMEOUT.toNanos();
        QueryResult result;
        do {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the job has not read all writes within " + CATCH_UP_TIMEOUT);
            }
            question.setId(UUID.randomUUID().toString());
            result = client.ask(question.build(), ANSWER_TIMEOUT).join().result();
        } while (result.getPartial());
        if (result.getError() != null) {
            throw new IllegalStateException("the memory cannot be asked: " + result.getError());
        }
    }

    /** Stops the job that runs now with a savepoint, and says what that holds. */
    public StateDigest digest() throws Exception {
        Configuration cluster = Configuration.fromMap(stack.objectStore().flinkOptions());
        FileSystem.initialize(cluster, null);
        StateDigest digest = StateDigest.of(stack.job().stopWithSavepoint(), coldPath, cluster);
        home.keepLogs(topics == stack.topics());
        return digest;
    }

    @Override
    public void close() throws IOException {
        home.close();
    }
}
