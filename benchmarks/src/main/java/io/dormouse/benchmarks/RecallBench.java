// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.LoadedMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.StackOptions;
import io.dormouse.local.client.Answer;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.Hit;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.QueryRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench recall}: recall against exact search of sets that were streamed through the job. */
@Command(
        name = "recall",
        mixinStandardHelpOptions = true,
        description = "Streams siftsmall and all arXiv papers through the job and compares answers with exact search.")
public final class RecallBench implements Callable<Integer> {
    private static final int K = 10;
    private static final float DEFAULT_TARGET = RetrievalOptions.DEFAULT_RECALL.defaultValue();
    private static final float[] TARGETS = {0.8f, 0.9f, 0.95f, 0.98f, 0.99f};
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Mixin
    private BenchOptions options;

    /** What one round of all queries of a set found. */
    private record Round(double recall, double rowsScoredShare, double ownPaper, long partial) {}

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("recall");
        TextTable table = new TextTable("set", "recall target", "recall@10", "rows scored", "own paper@10");
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.defaults());
                MemoryClient client = new MemoryClient(stack.bootstrap(), stack.topics())) {
            VectorSet sift = VectorSet.siftsmall(options.dataset("siftsmall"));
            measure(client, sift, MetricName.L2, report, table);
            VectorSet arxiv = VectorSet.arxiv(options.dataset("arxiv"));
            measure(client, arxiv, MetricName.COSINE, report, table);
        }
        table.print(System.out);
        return options.finish(report);
    }

    private void measure(MemoryClient client, VectorSet set, MetricName metric, BenchReport report, TextTable table)
            throws Exception {
        double seconds = LoadedMemory.load(client, set, metric);
        System.out.printf("%s: %,d rows searchable after %.1f s%n", set.name(), set.base().length, seconds);
        report.figure(set.name() + "_load_rows_per_s", set.base().length / seconds);
        List<double[]> curve = new ArrayList<>();
        Round asDefault = null;
        for (float target : TARGETS) {
            Round round = ask(client, set, target);
            curve.add(new double[] {round.rowsScoredShare(), round.recall()});
            asDefault = target == DEFAULT_TARGET ? round : asDefault;
            table.row(
                    set.name(),
                    target + (target == DEFAULT_TARGET ? " (default)" : ""),
                    "%.4f".formatted(round.recall()),
                    "%.2f %%".formatted(100 * round.rowsScoredShare()),
                    set.ownRows().length == 0 ? "" : "%.4f".formatted(round.ownPaper()));
            report.figure("%s_recall_at_target_%s".formatted(set.name(), target), round.recall());
            report.figure("%s_rows_scored_share_at_target_%s".formatted(set.name(), target), round.rowsScoredShare());
        }
        report.figure(set.name() + "_partial_answers", asDefault.partial());
        report.bar(set.name() + " recall@10", asDefault.recall(), Comparison.AT_LEAST, 0.95);
        if (set.ownRows().length > 0) {
            report.bar(set.name() + " share of rows scored", asDefault.rowsScoredShare(), Comparison.AT_MOST, 0.10);
            double exact = exactOwnPaper(set);
            report.figure(set.name() + "_own_paper_exact", exact);
            report.bar(
                    set.name() + " own-paper recall@10 below exact search's",
                    exact - asDefault.ownPaper(),
                    Comparison.AT_MOST,
                    0.02);
        }
        Charts.curve(
                "recall-" + set.name(),
                set.name() + ": recall@10 by rows scored",
                "share of rows scored",
                "recall@10",
                List.of(new Charts.Series("Dormouse", curve)));
    }

    private static Round ask(MemoryClient client, VectorSet set, float target) {
        int queries = set.queries().length;
        List<CompletableFuture<Answer>> answers = new ArrayList<>(queries);
        for (int i = 0; i < queries; i++) {
            QueryRecord query = LoadedMemory.query(set, i, set.name() + "-" + target + "-" + i, K, List.of());
            query.setRecallTarget(target);
            answers.add(client.ask(query, TIMEOUT));
        }
        long found = 0;
        long own = 0;
        long partial = 0;
        double scored = 0;
        for (int i = 0; i < queries; i++) {
            Answer answer = answers.get(i).join();
            List<String> ids =
                    answer.result().getHits().stream().map(Hit::getId).toList();
            found += set.found(i, K, ids);
            own += set.ownRows().length > 0 && ids.contains(Integer.toString(set.ownRows()[i])) ? 1 : 0;
            partial += answer.result().getPartial() ? 1 : 0;
            scored += answer.result().getCost().getRowsScored() / (double) set.base().length;
        }
        return new Round(found / (double) (K * queries), scored / queries, own / (double) queries, partial);
    }

    private static double exactOwnPaper(VectorSet set) {
        int found = 0;
        for (int i = 0; i < set.queries().length; i++) {
            for (int j = 0; j < K; j++) {
                found += set.truth()[i][j] == set.ownRows()[i] ? 1 : 0;
            }
        }
        return found / (double) set.queries().length;
    }
}
