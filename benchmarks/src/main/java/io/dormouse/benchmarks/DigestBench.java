// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.RunningJob;
import io.dormouse.local.StackOptions;
import io.dormouse.local.Topics;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench digest}: a memory that is stopped and rescaled in the middle of a stream, beside one that is not. */
@Command(
        name = "digest",
        mixinStandardHelpOptions = true,
        description = "Streams all arXiv papers into two jobs, stops one with a savepoint in the middle, restores it at"
                + " another parallelism, and compares the digests of what both hold in the end.")
public final class DigestBench implements Callable<Integer> {
    private static final int QUICK_PAPERS = 10_000;
    private static final int PARALLELISM = 2;
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws Exception {
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        int papers = options.quick ? QUICK_PAPERS : set.base().length;
        Configuration flink = new Configuration();
        flink.set(TaskManagerOptions.NUM_TASK_SLOTS, 2 * PARALLELISM);
        BenchReport report = new BenchReport("digest");
        StackOptions stackOptions = StackOptions.defaults().withOptions(flink, new Configuration());
        try (EmbeddedStack stack = EmbeddedStack.start(stackOptions.withParallelism(PARALLELISM))) {
            measure(stack, set, papers, report);
        }
        report.print(System.out);
        if (options.json != null) {
            report.writeJson(options.json);
        }
        return report.exitCode();
    }

    private static void measure(EmbeddedStack stack, VectorSet set, int papers, BenchReport report) throws Exception {
        Topics own = besides(stack.topics());
        Configuration group = new Configuration().set(RetrievalOptions.GROUP, "interrupted");
        RunningJob job = RunningJob.start(stack, own, group, PARALLELISM);
        try (MemoryClient uninterrupted = new MemoryClient(stack.bootstrap(), stack.topics());
                MemoryClient interrupted = new MemoryClient(stack.bootstrap(), own)) {
            await(interrupted, set, send(uninterrupted, set, 0, papers / 3));

            send(uninterrupted, set, papers / 3, 2 * papers / 3); // under way when the job stops
            long start = System.nanoTime();
            String savepoint = job.stopWithSavepoint();
            report.figure("savepoint_s", secondsSince(start));
            long saved = StateDigest.of(savepoint).items();
            report.figure("items_in_savepoint", saved);
            start = System.nanoTime();
            job.restore(savepoint, 1);
            await(interrupted, set, send(uninterrupted, set, 0, 1));
            report.figure("restore_and_catch_up_s", secondsSince(start));

            AfterToken last = send(uninterrupted, set, 2 * papers / 3, papers);
            await(interrupted, set, last);
            await(uninterrupted, set, last);
        }
        compare(stack, job, papers, report);
    }

    private static void compare(EmbeddedStack stack, RunningJob job, int papers, BenchReport report) throws Exception {
        StateDigest rescaled = StateDigest.of(job.stopWithSavepoint());
        long start = System.nanoTime();
        StateDigest whole = StateDigest.of(stack.flink().stopWithSavepoint(stack.job()));
        report.figure("digest_s", secondsSince(start));
        report.figure("items", rescaled.items());
        System.out.println("interrupted    " + rescaled.sum());
        System.out.println("uninterrupted  " + whole.sum());
        report.bar("digests equal", rescaled.equals(whole) ? 1 : 0, Comparison.AT_LEAST, 1);
        report.bar("items", rescaled.items(), Comparison.AT_LEAST, papers);
        report.bar("faults", rescaled.faults() + whole.faults(), Comparison.AT_MOST, 0);
    }

    private static AfterToken send(MemoryClient client, VectorSet set, int from, int to) {
        CompletableFuture<AfterToken> last = null;
        for (int row = from; row < to; row++) {
            last = client.ingest(set.item(row));
        }
        return last.join();
    }

    private static void await(MemoryClient client, VectorSet set, AfterToken last) {
        QueryResult result;
        do {
            QueryRecord question = QueryRecord.newBuilder()
                    .setId(UUID.randomUUID().toString())
                    .setNamespace(set.name())
                    .setVector(Vectors.toBytes(set.queries()[0]))
                    .setDeadlineMillis(60_000)
                    .setAfter(List.of(last))
                    .build();
            result = client.ask(question, TIMEOUT).join().result();
        } while (result.getPartial());
        if (result.getError() != null) {
            throw new IllegalStateException("the memory cannot be asked: " + result.getError());
        }
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** Topics of a job that shares only ingest with another. */
    private static Topics besides(Topics other) {
        return new Topics(
                other.ingest(),
                "interrupted-queries",
                "interrupted-namespaces",
                "interrupted-results",
                "interrupted-dead-letters",
                "interrupted-events",
                "interrupted-access-log");
    }
}
