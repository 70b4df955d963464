// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.process.TemporaryStack;
import io.dormouse.benchmarks.soak.Sample;
import io.dormouse.benchmarks.soak.SoakRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench soak}: a constant load for long, and whether anything grows. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "All arXiv papers in a cluster of processes under a constant load of queries, updates and deletions:"
                        + " heap, memory of the process, RocksDB's files and latency must not grow.")
public final class SoakBench implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    @Option(names = "--minutes", description = "How long; default: ${DEFAULT-VALUE}, with --quick 1.")
    private int minutes = 20;

    @Option(names = "--rate", description = "Queries per second; default: ${DEFAULT-VALUE}.")
    private int rate = 300;

    @Option(names = "--writes", description = "Writes per second; default: ${DEFAULT-VALUE}.")
    private int writes = 300;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("soak");
        if (!options.quick && minutes < 4) {
            throw new IllegalArgumentException(
                    "--minutes is " + minutes + ": choose at least 4, quarters are compared");
        }
        Duration slice = Duration.ofSeconds(options.quick ? 10 : 60);
        int slices = options.quick ? 6 : minutes;
        List<Sample> samples = new ArrayList<>();
        TextTable table = new TextTable("minute", "heap MB", "process MB", "RocksDB MB", "p50 ms", "p99 ms");
        try (TemporaryStack home = new TemporaryStack("soak", SoakRun::options, given.map());
                SoakRun run = new SoakRun(VectorSet.arxiv(options.dataset("arxiv")), home, rate, writes)) {
            for (int i = 1; i <= slices; i++) {
                Sample sample = run.slice(i, slice);
                samples.add(sample);
                System.out.println(sample);
                row(table, sample);
            }
            report.bar("restarts of the job", run.restarts(), Comparison.AT_MOST, 0);
            report.bar("checkpoints", run.checkpoints(), Comparison.AT_LEAST, slices * slice.toSeconds() / 20.0);
            report.bar("partial or failed answers", run.unsound(), Comparison.AT_MOST, 0);
        }
        options.show(table);
        report.bar("heap, last quarter by second", Sample.growth(samples, Sample::heapBytes), Comparison.AT_MOST, 1.15);
        report.bar(
                "process, last quarter by second",
                Sample.growth(samples, Sample::residentBytes),
                Comparison.AT_MOST,
                1.05);
        report.bar(
                "RocksDB's files, last quarter by second",
                Sample.growth(samples, Sample::filesBytes),
                Comparison.AT_MOST,
                1.15);
        report.bar("p50, last quarter by second", Sample.growth(samples, Sample::p50Millis), Comparison.AT_MOST, 1.25);
        return options.finish(report);
    }

    private static void row(TextTable table, Sample sample) {
        table.row(
                Integer.toString(sample.minute()),
                "%,d".formatted(sample.heapBytes() >> 20),
                "%,d".formatted(sample.residentBytes() >> 20),
                "%,d".formatted(sample.filesBytes() >> 20),
                "%.2f".formatted(sample.p50Millis()),
                "%.2f".formatted(sample.p99Millis()));
    }
}
