// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.operator.OperatorRun;
import io.dormouse.benchmarks.operator.OperatorRun.Measured;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench operator}: the job without Kafka, all pages hot and some of them warm. */
@Command(
        name = "operator",
        mixinStandardHelpOptions = true,
        description = "Two namespaces of all arXiv papers in the job without Kafka: latencies beside ingest and"
                + " checkpoints, queries per second, and how long a checkpoint holds the task; all pages in heap, and"
                + " a part of them.")
public final class OperatorBench implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Option(names = "--namespaces", description = "Namespaces, each with all papers; default: ${DEFAULT-VALUE}.")
    private int namespaces = 2;

    @Option(
            names = "--warm-share",
            description = "Heap of the warm run by that of all pages; default: ${DEFAULT-VALUE}.")
    private double warmShare = 0.3;

    @Option(names = "--rate", description = "Queries per second of the paced rounds; default: ${DEFAULT-VALUE}.")
    private int rate = 1_000;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("operator");
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        Duration interval = options.quick ? Duration.ofMillis(700) : Duration.ofSeconds(2);
        OperatorRun.Plan plan = options.quick
                ? new OperatorRun.Plan(1, Duration.ofSeconds(7), Duration.ofSeconds(3), Duration.ofSeconds(4), rate)
                : new OperatorRun.Plan(3, Duration.ofSeconds(10), Duration.ofSeconds(8), Duration.ofSeconds(25), rate);
        TextTable table = OperatorRun.table();
        try (OperatorRun run = new OperatorRun(set, namespaces, interval)) {
            double loadRate = run.load();
            System.out.printf("%,d papers in %d namespaces at %,.0f/s%n", run.rows(), namespaces, loadRate);
            report.figure("load_rows_per_s", loadRate);
            Measured hot = run.measure(plan);
            row("hot", hot, table, report);
            run.restart(warmShare);
            Measured warm = run.measure(plan);
            row("warm", warm, table, report);
        }
        table.print(System.out);
        return options.finish(report);
    }

    private static void row(String name, Measured of, TextTable table, BenchReport report) {
        of.row(name, table);
        of.figures(name, report);
        report.bar(name + " p50, us", of.p50Micros(), Comparison.AT_MOST, 500);
        report.bar(name + " p99, us", of.p99Micros(), Comparison.AT_MOST, 5_000);
        report.bar(name + " queries/s", of.perSecond(), Comparison.AT_LEAST, 10_000);
        report.bar(name + " recall@10", of.recall(), Comparison.AT_LEAST, 0.95);
        report.bar(name + " stall of a checkpoint p99, ms", of.stallP99Millis(), Comparison.AT_MOST, 50);
        report.bar(name + " checkpoints", of.checkpoints(), Comparison.AT_LEAST, 10);
    }
}
