// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.churn.ChurnRun;
import io.dormouse.benchmarks.churn.ChurnRun.Outcome;
import io.dormouse.benchmarks.churn.ChurnRun.Step;
import io.dormouse.benchmarks.churn.Runbook;
import io.dormouse.benchmarks.churn.SkewRun;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.state.kernel.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench churn}: the index while it grows, shrinks and drifts. */
@Command(
        name = "churn",
        mixinStandardHelpOptions = true,
        description =
                "Leads the index through runbooks of inserts and deletes and compares it with exact search at every"
                        + " step, and with a fresh index at the end.")
public final class ChurnBench implements Callable<Integer> {
    private static final float RECALL_TARGET = RetrievalOptions.DEFAULT_RECALL.defaultValue();
    private static final double RECALL_MIN = 0.95;
    private static final double RECALL_MEAN_MIN = 0.97;
    private static final double ROWS_MAX = 1.3;
    private static final double SPACE_MAX = 1.3;
    private static final int QUERIES = 200;
    private static final int SKEWED_QUERIES = 60_000;
    private static final double QUICK_SCALE = 0.15;

    @Mixin
    private BenchOptions options;

    @Option(names = "--only", paramLabel = "WORD", description = "Only the runbooks whose name holds this word.")
    private String only = "";

    @Override
    public Integer call() throws Exception {
        Kernels.warmUp();
        BenchReport report = new BenchReport("churn");
        TextTable table = new TextTable(
                "runbook",
                "recall min",
                "mean",
                "rows/query",
                "at 0.95",
                "fresh",
                "bytes/item",
                "fresh",
                "written/write",
                "steps/write",
                "step us p50",
                "p99",
                "p99.9");
        for (Runbook runbook : runbooks()) {
            Outcome outcome = new ChurnRun(runbook, RECALL_TARGET, QUERIES).run();
            printSteps(runbook, outcome);
            report(runbook.name(), outcome, report, table);
        }
        table.print(System.out);
        if ("skewed queries".contains(only)) {
            skewed(report);
        }
        return options.finish(report);
    }

    /** What maintenance by cost brings when most queries are about one topic. */
    private void skewed(BenchReport report) throws IOException {
        double scale = options.quick ? QUICK_SCALE : 1;
        Runbook filled = Runbook.filled(VectorSet.arxiv(options.dataset("arxiv")), scale);
        SkewRun.Outcome outcome = new SkewRun(filled, RECALL_TARGET, QUERIES).run((int) (scale * SKEWED_QUERIES));
        TextTable table = new TextTable("skewed queries, at recall 0.95", "before", "after");
        table.row("rows/query", "%,.0f".formatted(outcome.rows()[0]), "%,.0f".formatted(outcome.rows()[1]));
        table.row("us/query", "%.1f".formatted(outcome.micros()[0]), "%.1f".formatted(outcome.micros()[1]));
        table.row("pages", "%,d".formatted(outcome.pages()[0]), "%,d".formatted(outcome.pages()[1]));
        table.print(System.out);
        report.figure("skewed_rows_after_by_before", outcome.rows()[1] / outcome.rows()[0]);
        report.figure("skewed_micros_after_by_before", outcome.micros()[1] / outcome.micros()[0]);
    }

    private List<Runbook> runbooks() throws IOException {
        double scale = options.quick ? QUICK_SCALE : 1;
        VectorSet arxiv = VectorSet.arxiv(options.dataset("arxiv"));
        List<Runbook> runbooks = new ArrayList<>();
        runbooks.add(Runbook.slidingWindow(arxiv, scale));
        runbooks.add(Runbook.byLabel(
                VectorSet.mnist(options.dataset("mnist-784")),
                Files.readAllBytes(options.dataset("mnist-784").resolve("base_labels.u8")),
                scale));
        runbooks.add(Runbook.replacement(arxiv, scale));
        runbooks.add(Runbook.deleteAndReinsert(arxiv, scale));
        runbooks.removeIf(runbook -> !runbook.name().contains(only));
        return runbooks;
    }

    private static void printSteps(Runbook runbook, Outcome outcome) {
        System.out.println(runbook.name() + ":");
        TextTable table =
                new TextTable("step", "alive", "recall@10", "rows/query", "us/query", "bytes/item", "pages", "waiting");
        List<Step> steps = outcome.steps();
        for (int i = 0; i <= steps.size(); i++) {
            boolean last = i == steps.size();
            Step step = last ? outcome.fresh() : steps.get(i);
            table.row(
                    last ? "fresh" : Integer.toString(i),
                    "%,d".formatted(step.alive()),
                    "%.4f".formatted(step.recall()),
                    "%,.0f".formatted(step.rowsScored()),
                    "%.1f".formatted(step.micros()),
                    "%,.0f".formatted(step.bytesPerItem()),
                    "%,d".formatted(step.pages()),
                    "%,d".formatted(step.stepsWaiting()));
        }
        table.print(System.out);
    }

    private static void report(String name, Outcome outcome, BenchReport report, TextTable table) {
        List<Step> steps = outcome.steps();
        double least = steps.stream().mapToDouble(Step::recall).min().orElse(Double.NaN);
        double mean = steps.stream().mapToDouble(Step::recall).average().orElse(Double.NaN);
        double rows = outcome.rowsAtRecall() / outcome.freshRowsAtRecall();
        double bytes = steps.stream().mapToDouble(Step::bytesPerItem).max().orElse(Double.NaN);
        Step last = steps.get(steps.size() - 1);
        table.row(
                name,
                "%.4f".formatted(least),
                "%.4f".formatted(mean),
                "%,.0f".formatted(last.rowsScored()),
                "%,.0f".formatted(outcome.rowsAtRecall()),
                "%,.0f".formatted(outcome.freshRowsAtRecall()),
                "%,.0f".formatted(bytes),
                "%,.0f".formatted(outcome.fresh().bytesPerItem()),
                "%,.0f".formatted(outcome.writtenPerItem()),
                "%.2f".formatted(outcome.stepsPerWrite()),
                "%,.0f".formatted(outcome.stepMicros()[0]),
                "%,.0f".formatted(outcome.stepMicros()[1]),
                "%,.0f".formatted(outcome.stepMicros()[2]));
        String figure = name.replace(' ', '_').replace('-', '_');
        report.figure(figure + "_rows_per_query", last.rowsScored());
        report.figure(figure + "_micros_per_query", last.micros());
        report.figure(figure + "_bytes_written_per_write", outcome.writtenPerItem());
        report.figure(figure + "_step_micros_p99", outcome.stepMicros()[1]);
        report.bar(name + ": least recall@10 of a step", least, Comparison.AT_LEAST, RECALL_MIN);
        report.bar(name + ": mean recall@10", mean, Comparison.AT_LEAST, RECALL_MEAN_MIN);
        report.bar(name + ": rows scored at recall 0.95, times a fresh index", rows, Comparison.AT_MOST, ROWS_MAX);
        report.bar(
                name + ": most bytes per item, times a fresh index",
                bytes / outcome.fresh().bytesPerItem(),
                Comparison.AT_MOST,
                SPACE_MAX);
    }
}
