// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.e2e.E2eRun;
import io.dormouse.benchmarks.e2e.E2eRun.Rounds;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.load.Medians;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench e2e}: Kafka to Kafka, beside a job that only copies. */
@Command(
        name = "e2e",
        mixinStandardHelpOptions = true,
        description =
                "Loads all arXiv papers and asks through Kafka, in turn with a pass-through job on the same cluster.")
public final class E2eBench implements Callable<Integer> {
    private static final double[] SHARES = {0.5, 0.95, 0.99};

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("e2e");
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        Rounds plain = new Rounds(new ArrayList<>(), new ArrayList<>());
        Rounds memory = new Rounds(new ArrayList<>(), new ArrayList<>());
        AnswerQuality quality;
        try (E2eRun run = new E2eRun(set)) {
            System.out.printf("%,d papers searchable at %,.0f/s%n", set.base().length, run.loadRate());
            report.figure("load_rows_per_s", run.loadRate());
            run.warmUp(Duration.ofSeconds(options.quick ? 4 : 30));
            run.measure(options.quick ? 1 : 3, Duration.ofSeconds(options.quick ? 4 : 10), plain, memory);
            quality = run.quality(memory.paced());
        }
        report(report, plain, memory, quality);
        return options.finish(report);
    }

    private static void report(BenchReport report, Rounds plain, Rounds memory, AnswerQuality quality)
            throws Exception {
        TextTable table = new TextTable("", "pass-through", "memory");
        double plainRate = Medians.of(plain.perSecond(), rate -> rate);
        double memoryRate = Medians.of(memory.perSecond(), rate -> rate);
        table.row("sustained/s", "%,.0f".formatted(plainRate), "%,.0f".formatted(memoryRate));
        report.figure("pass_through_per_s", plainRate).figure("answers_per_s", memoryRate);
        for (double share : SHARES) {
            double ofPlain = Medians.millis(plain.paced(), share);
            double ofMemory = Medians.millis(memory.paced(), share);
            String name = "p" + Math.round(share * 100);
            table.row(name + " ms at 500/s", "%.2f".formatted(ofPlain), "%.2f".formatted(ofMemory));
            report.figure("pass_through_" + name + "_ms", ofPlain).figure("memory_" + name + "_ms", ofMemory);
        }
        table.print(System.out);
        System.out.printf(
                "recall@10 %.4f, %.2f %% of rows scored, %d partial, %d errors, %d without payload, median %.0f us in the operator%n%n",
                quality.recall(),
                100 * quality.rowsScoredShare(),
                quality.partial(),
                quality.errors(),
                quality.withoutPayload(),
                quality.operatorMicros());
        report.figure("operator_median_micros", quality.operatorMicros());
        report.figure("rows_scored_share", quality.rowsScoredShare());
        report.bar("answers/s by pass-through's records/s", memoryRate / plainRate, Comparison.AT_LEAST, 0.05);
        report.bar("answers/s", memoryRate, Comparison.AT_LEAST, 6_000);
        report.bar(
                "p50 at 500/s above pass-through's, ms",
                Medians.millis(memory.paced(), 0.5) - Medians.millis(plain.paced(), 0.5),
                Comparison.AT_MOST,
                1);
        report.bar("recall@10", quality.recall(), Comparison.AT_LEAST, 0.95);
        report.bar(
                "partial, failed or payload-less answers",
                quality.partial() + quality.errors() + quality.withoutPayload(),
                Comparison.AT_MOST,
                0);
        Charts.curve(
                "e2e-latency",
                "Latency at 500 queries/s with 1,000 upserts/s",
                "percentile",
                "ms",
                List.of(curve("pass-through", plain.paced()), curve("memory", memory.paced())));
    }

    private static Charts.Series curve(String name, List<Paced> rounds) {
        List<double[]> points = new ArrayList<>();
        for (int percent = 1; percent <= 99; percent += 2) {
            points.add(new double[] {percent, Medians.millis(rounds, percent / 100.0)});
        }
        return new Charts.Series(name, points);
    }
}
