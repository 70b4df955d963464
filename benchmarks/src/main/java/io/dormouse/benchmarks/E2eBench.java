// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.e2e.E2eRun;
import io.dormouse.benchmarks.e2e.E2eRun.Rounds;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.load.Medians;
import io.dormouse.benchmarks.process.TemporaryStack;
import io.dormouse.local.cluster.JobJar;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench e2e}: Kafka to Kafka on a cluster of processes, beside a job that only copies. */
@Command(
        name = "e2e",
        mixinStandardHelpOptions = true,
        description = "Loads all arXiv papers into a cluster of processes and asks through Kafka, in turn with a"
                + " pass-through job on the same cluster: rates, latencies at several rates beside ingest, and the highest"
                + " rate whose p95 is below 30 ms.")
public final class E2eBench implements Callable<Integer> {
    private static final double[] SHARES = {0.5, 0.95, 0.99};
    private static final double P95_MILLIS_MAX = 30;
    private static final int STEP = 500;

    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    @Option(
            names = "--rates",
            split = ",",
            description = "Queries per second of the paced rounds; default: ${DEFAULT-VALUE}.")
    private List<Integer> rates = List.of(500, 2_000, 5_000);

    private final Rounds plain = new Rounds();
    private final Rounds memory = new Rounds();

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("e2e");
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        Duration round = Duration.ofSeconds(options.quick ? 4 : 10);
        int rounds = options.quick ? 1 : 3;
        try (TemporaryStack home = new TemporaryStack("e2e", E2eRun::options, given.map());
                E2eRun run = new E2eRun(set, home)) {
            System.out.printf("%,d papers searchable at %,.0f/s%n", set.base().length, run.loadRate());
            report.figure("load_rows_per_s", run.loadRate());
            size(report, run, "idle");
            run.warmUp(Duration.ofSeconds(options.quick ? 4 : 30));
            run.saturate(rounds, round, plain, memory);
            for (int rate : rates) {
                run.pace(rate, rounds, round, plain, memory);
                quality(report, rate, run.quality(memory.paced().get(rate)));
            }
            show(report);
            highest(report, run, round);
            size(report, run, "under_load");
        }
        bars(report);
        return options.finish(report);
    }

    private static void size(BenchReport report, E2eRun run, String when) throws IOException {
        report.figure("taskmanager_mb_" + when, run.residentBytes() >> 20);
        System.out.printf("the TaskManager takes %,d MB %s%n", run.residentBytes() >> 20, when.replace('_', ' '));
    }

    private void show(BenchReport report) {
        TextTable table = new TextTable("", "pass-through", "memory");
        double plainRate = Medians.of(plain.perSecond(), rate -> rate);
        double memoryRate = Medians.of(memory.perSecond(), rate -> rate);
        table.row("sustained/s", "%,.0f".formatted(plainRate), "%,.0f".formatted(memoryRate));
        report.figure("pass_through_per_s", plainRate).figure("answers_per_s", memoryRate);
        for (int rate : rates) {
            for (double share : SHARES) {
                double ofPlain = Medians.millis(plain.paced().get(rate), share);
                double ofMemory = Medians.millis(memory.paced().get(rate), share);
                String name = "p" + Math.round(share * 100);
                table.row(name + " ms at %,d/s".formatted(rate), "%.2f".formatted(ofPlain), "%.2f".formatted(ofMemory));
                report.figure("pass_through_" + name + "_ms_at_" + rate, ofPlain)
                        .figure("memory_" + name + "_ms_at_" + rate, ofMemory);
            }
        }
        options.show(table);
    }

    private static void quality(BenchReport report, int rate, AnswerQuality quality) {
        System.out.printf(
                "%,d/s: recall@10 %.4f, %.2f %% of rows scored, %d partial, %d errors, %d without payload, median %.0f us in"
                        + " the operator%n",
                rate,
                quality.recall(),
                100 * quality.rowsScoredShare(),
                quality.partial(),
                quality.errors(),
                quality.withoutPayload(),
                quality.operatorMicros());
        report.bar("recall@10 at " + rate + "/s", quality.recall(), Comparison.AT_LEAST, 0.95);
        report.bar(
                "partial, failed or payload-less answers at " + rate + "/s",
                quality.partial() + quality.errors() + quality.withoutPayload(),
                Comparison.AT_MOST,
                0);
    }

    /** Goes up from the highest rate measured while p95 stays below its bound. */
    private void highest(BenchReport report, E2eRun run, Duration round) throws Exception {
        int highest = 0;
        for (int rate : rates) {
            highest = Medians.millis(memory.paced().get(rate), 0.95) < P95_MILLIS_MAX ? rate : highest;
        }
        List<Paced> last = highest == 0 ? List.of() : memory.paced().get(highest);
        for (int rate = highest + STEP; ; rate += STEP) {
            Paced paced = run.pace(rate, round);
            System.out.printf("%,d/s: p95 %.2f ms%n", rate, paced.percentile(0.95));
            if (paced.percentile(0.95) >= P95_MILLIS_MAX) {
                break;
            }
            highest = rate;
            last = List.of(paced);
        }
        report.bar("highest rate/s with p95 below 30 ms", highest, Comparison.AT_LEAST, 5_000);
        if (highest > 0) {
            report.bar("recall@10 at that rate", run.quality(last).recall(), Comparison.AT_LEAST, 0.95);
        }
    }

    private void bars(BenchReport report) throws IOException {
        double plainRate = Medians.of(plain.perSecond(), rate -> rate);
        double memoryRate = Medians.of(memory.perSecond(), rate -> rate);
        int first = rates.get(0);
        report.bar("answers/s by pass-through's records/s", memoryRate / plainRate, Comparison.AT_LEAST, 0.05);
        report.bar("p50 at " + first + "/s, ms", p50(memory, first), Comparison.AT_MOST, 10);
        report.bar(
                "p50 at " + first + "/s above pass-through's, ms",
                p50(memory, first) - p50(plain, first),
                Comparison.AT_MOST,
                2);
        report.bar("job jar, MB", Files.size(JobJar.find()) >> 20, Comparison.AT_MOST, 200);
        Charts.curve(
                "e2e-latency",
                "Latency at %,d queries/s with %,d upserts/s".formatted(first, E2eRun.UPSERTS),
                "percentile",
                "ms",
                List.of(
                        curve("pass-through", plain.paced().get(first)),
                        curve("memory", memory.paced().get(first))));
    }

    private static double p50(Rounds rounds, int rate) {
        return Medians.millis(rounds.paced().get(rate), 0.5);
    }

    private static Charts.Series curve(String name, List<Paced> rounds) {
        List<double[]> points = new ArrayList<>();
        for (int percent = 1; percent <= 99; percent += 2) {
            points.add(new double[] {percent, Medians.millis(rounds, percent / 100.0)});
        }
        return new Charts.Series(name, points);
    }
}
