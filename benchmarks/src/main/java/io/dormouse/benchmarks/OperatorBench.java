// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.Medians;
import io.dormouse.benchmarks.operator.PacedRounds;
import io.dormouse.benchmarks.operator.PapersRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench operator}: the job without Kafka, all pages hot and some of them warm. */
@Command(
        name = "operator",
        mixinStandardHelpOptions = true,
        description = "Namespaces of all arXiv papers in the job without Kafka: latencies beside ingest and"
                + " checkpoints, queries per second, and how long a checkpoint holds the task; all pages in heap, and"
                + " a part of them.")
public final class OperatorBench implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    @Option(
            names = "--namespaces",
            description = "Namespaces, each with all papers, in turn on the two slots; default: ${DEFAULT-VALUE}.")
    private int namespaces = 2;

    @Option(
            names = "--warm-share",
            description =
                    "Heap of the warm run, as a share of what all pages take; 0: no such run; default: ${DEFAULT-VALUE}.")
    private double warmShare = 0.5;

    @Option(names = "--rate", description = "Queries per second of the paced rounds; default: ${DEFAULT-VALUE}.")
    private int rate = 1_000;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("operator");
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        TextTable table = PacedRounds.table();
        Duration interval = Duration.ofSeconds(options.quick ? 1 : 10); // as the job ships
        try (PapersRun run = new PapersRun(set, namespaces, given.configuration(interval))) {
            double loadRate = run.load();
            System.out.printf("%,d papers in %d namespaces at %,.0f/s%n", run.rows(), namespaces, loadRate);
            report.figure("load_rows_per_s", loadRate);
            measure("hot", run, table, report);
            if (warmShare > 0) {
                run.restart(warmShare);
                measure("warm", run, table, report);
            }
        }
        options.show(table);
        return options.finish(report);
    }

    private void measure(String name, PapersRun run, TextTable table, BenchReport report) throws Exception {
        run.saturate(Duration.ofSeconds(options.quick ? 4 : 20));
        System.out.println(name + ": asking at a pace");
        PacedRounds paced = PacedRounds.of(
                run,
                options.quick
                        ? new PacedRounds.Plan(1, Duration.ofSeconds(9), rate, 1_000)
                        : new PacedRounds.Plan(3, Duration.ofSeconds(37), rate, 1_000));
        System.out.println(name + ": asking without one");
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < (options.quick ? 1 : 3); i++) {
            rates.add(run.saturate(Duration.ofSeconds(options.quick ? 3 : 8)));
        }
        double perSecond = Medians.of(rates, each -> each);
        paced.row(name, perSecond, table);
        paced.figures(name, report);
        report.figure(name + "_queries_per_s", perSecond);
        report.bar(name + " p50, us", paced.micros(0.5), Comparison.AT_MOST, 500);
        report.bar(name + " p99, us", paced.micros(0.99), Comparison.AT_MOST, 5_000);
        report.bar(name + " queries/s", perSecond, Comparison.AT_LEAST, 10_000);
        report.bar(name + " recall@10", paced.quality().recall(), Comparison.AT_LEAST, 0.95);
        report.bar(name + " checkpoint holds a task, p99 ms", paced.stallMillis(0.99), Comparison.AT_MOST, 50);
        report.bar(name + " checkpoints in the paced rounds", paced.checkpoints(), Comparison.AT_LEAST, 10);
    }
}
