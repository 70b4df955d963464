// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.adaptive.AdaptiveRun;
import io.dormouse.benchmarks.adaptive.AdaptiveRun.Measured;
import io.dormouse.benchmarks.adaptive.Window;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.state.kernel.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench adaptive}: pages probed by the calibrated planner against the best fixed number of them. */
@Command(
        name = "adaptive",
        mixinStandardHelpOptions = true,
        description = {
            "Pages that a query probes at recall@10 of 0.95: planned from sampled queries, and a fixed number.",
            "arXiv papers arrive in the order of their dates, and are asked for by the titles of the newest and by papers "
                    + "still to come; MNIST is asked after all of it has arrived. Measured queries are never fitted."
        })
public final class AdaptiveBench implements Callable<Integer> {
    private static final int WINDOW_ROWS = 10_000;
    private static final int COMING = 400;
    private static final int QUICK_WINDOWS = 3;
    private static final int QUICK_ROWS = 15_000;
    private static final double SAVED_MIN = 0.10;

    @Mixin
    private BenchOptions options;

    private final BenchReport report = new BenchReport("adaptive");
    private final TextTable table = new TextTable(
            "set",
            "rows",
            "pages",
            "queries",
            "recall at 0.95",
            "probes",
            "fixed, same recall",
            "saved",
            "live recall (bound)");

    @Override
    public Integer call() throws Exception {
        VectorSet arxiv = VectorSet.arxiv(options.dataset("arxiv"));
        run(arxiv, Metric.COSINE, drifting(arxiv));
        VectorSet mnist = VectorSet.mnist(options.dataset("mnist-784"));
        run(mnist, Metric.L2, List.of(atOnce(mnist)));
        table.print(System.out);
        return options.finish(report);
    }

    /** Papers by date; each window's queries are asked by turns to fit and to measure. */
    private List<Window> drifting(VectorSet set) {
        List<Window> windows = new ArrayList<>();
        int most = options.quick ? QUICK_WINDOWS : Integer.MAX_VALUE;
        for (int from = 0; from + WINDOW_ROWS <= set.base().length && windows.size() < most; from += WINDOW_ROWS) {
            int to = from + WINDOW_ROWS;
            List<float[]> queries = new ArrayList<>();
            for (int q = 0; q < set.queries().length; q++) {
                if (set.ownRows()[q] >= from && set.ownRows()[q] < to) {
                    queries.add(set.queries()[q]);
                }
            }
            int coming = Math.min(WINDOW_ROWS, set.base().length - to);
            for (int i = 0; i < COMING; i++) {
                queries.add(set.base()[to + (int) ((long) i * coming / COMING)]);
            }
            windows.add(window(to, queries));
        }
        return windows;
    }

    private Window atOnce(VectorSet set) {
        int rows = options.quick ? QUICK_ROWS : set.base().length;
        return window(rows, List.of(set.queries()));
    }

    private static Window window(int rows, List<float[]> queries) {
        List<float[]> fitted = new ArrayList<>();
        List<float[]> measured = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            (i % 2 == 0 ? fitted : measured).add(queries.get(i));
        }
        return new Window(rows, fitted, measured);
    }

    private void run(VectorSet set, Metric metric, List<Window> windows) throws IOException {
        AdaptiveRun run = new AdaptiveRun(set.base(), metric);
        double missed = 0;
        for (Window window : windows) {
            Measured measured = run.run(window);
            missed += (1 - measured.recall()) / windows.size();
            show(set, measured);
        }
        double calibrated = run.calibratedPages();
        double fixed = run.fixedPages();
        System.out.printf(
                "%s: %.1f pages at recall 0.95, the best fixed number for the whole stream %.1f%n",
                set.name(), calibrated, fixed);
        report.figure(set.name() + "_recall_at_target_0.95", 1 - missed);
        report.figure(set.name() + "_pages_calibrated", calibrated);
        report.figure(set.name() + "_pages_fixed", fixed);
        report.bar(set.name() + " share of pages saved", 1 - calibrated / fixed, Comparison.AT_LEAST, SAVED_MIN);
        Charts.curve(
                "adaptive-" + set.name(),
                set.name() + ": recall@10 by pages probed",
                "pages probed",
                "recall@10",
                List.of(
                        new Charts.Series("calibrated", run.calibratedCurve()),
                        new Charts.Series("fixed number", run.fixedCurve())));
    }

    private void show(VectorSet set, Measured measured) {
        table.row(
                set.name(),
                "%,d".formatted(measured.rows()),
                "%,d".formatted(measured.pages()),
                "%,d".formatted(measured.queries()),
                "%.3f".formatted(measured.recall()),
                "%.1f".formatted(measured.probes()),
                "%.1f".formatted(measured.fixedProbes()),
                "%.0f %%".formatted(100 * (1 - measured.probes() / measured.fixedProbes())),
                "%.3f (%.3f)".formatted(measured.liveRecall(), measured.liveRecallLowerBound()));
    }
}
