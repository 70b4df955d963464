// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.load.Medians;
import io.dormouse.benchmarks.operator.PapersRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench flood}: what a flood of ingest does to queries. */
@Command(
        name = "flood",
        mixinStandardHelpOptions = true,
        description =
                "Queries at a pace in the job without Kafka, beside no ingest, ingest at 70 %% of the highest rate,"
                        + " and as much as is taken, in turns.")
public final class FloodBench implements Callable<Integer> {
    private static final int QUERIES_PER_SECOND = 500;
    private static final int NAMESPACES = 2;

    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    /** Rounds beside one rate of ingest. */
    private static final class Rounds {
        final String name;
        final int perSecond;
        final List<Paced> paced = new ArrayList<>();
        final List<Double> ingested = new ArrayList<>();

        Rounds(String name, int perSecond) {
            this.name = name;
            this.perSecond = perSecond;
        }

        void run(PapersRun run, Duration each) {
            IngestPace ingest = perSecond == 0 ? null : run.ingest(perSecond);
            paced.add(run.pace(each, QUERIES_PER_SECOND));
            ingested.add(ingest == null ? 0 : ingest.perSecond());
            if (ingest != null) {
                ingest.close();
            }
            run.fixture().awaitUpkeep();
        }
    }

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("flood");
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        Duration interval = Duration.ofSeconds(options.quick ? 2 : 10);
        Duration each = Duration.ofSeconds(options.quick ? 4 : 12);
        try (PapersRun run = new PapersRun(set, NAMESPACES, given.configuration(interval))) {
            run.load();
            run.saturate(Duration.ofSeconds(options.quick ? 4 : 15));
            double highest = highestRate(run, each);
            Rounds quiet = new Rounds("none", 0);
            Rounds most = new Rounds("70 %", (int) (0.7 * highest));
            Rounds full = new Rounds("full", IngestPace.UNLIMITED);
            for (int i = 0; i < (options.quick ? 1 : 5); i++) {
                for (Rounds rounds : List.of(quiet, most, full)) {
                    rounds.run(run, each);
                }
            }
            report.figure("ingest_highest_per_s", highest);
            report(report, quiet, most, full);
            double recall = run.quality(Stream.of(quiet, most, full)
                            .flatMap(rounds -> rounds.paced.stream())
                            .toList())
                    .recall();
            report.bar("recall@10", recall, Comparison.AT_LEAST, 0.95);
        }
        return options.finish(report);
    }

    /** Rows a second that are taken when nobody asks. */
    private static double highestRate(PapersRun run, Duration duration) throws InterruptedException {
        IngestPace ingest = run.ingest(IngestPace.UNLIMITED);
        Thread.sleep(duration.toMillis());
        double perSecond = ingest.perSecond();
        ingest.close();
        run.fixture().awaitUpkeep();
        return perSecond;
    }

    private void report(BenchReport report, Rounds quiet, Rounds most, Rounds full) {
        TextTable table = new TextTable("ingest", "upserts/s", "p50 us", "p99 us", "p99.9 us", "p99 by quiet");
        double quietP99 = Medians.millis(quiet.paced, 0.99);
        for (Rounds rounds : List.of(quiet, most, full)) {
            double p50 = 1e3 * Medians.millis(rounds.paced, 0.5);
            double p99 = 1e3 * Medians.millis(rounds.paced, 0.99);
            table.row(
                    rounds.name,
                    TextTable.number(Medians.of(rounds.ingested, rate -> rate)),
                    TextTable.number(p50),
                    TextTable.number(p99),
                    TextTable.number(1e3 * Medians.millis(rounds.paced, 0.999)),
                    TextTable.number(p99 / 1e3 / quietP99));
            report.figure("beside_" + rounds.name + "_p50_micros", p50)
                    .figure("beside_" + rounds.name + "_p99_micros", p99);
        }
        options.show(table);
        report.bar(
                "query p99 beside 70 % of the highest ingest, by that without",
                Medians.millis(most.paced, 0.99) / quietP99, Comparison.AT_MOST, 3);
    }
}
