// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.operator.PacedRounds;
import io.dormouse.benchmarks.operator.PapersRun;
import io.dormouse.benchmarks.operator.TierCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.state.rocksdb.RocksDBNativeMetricOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench tiers}: the same papers with less and less heap. */
@Command(
        name = "tiers",
        mixinStandardHelpOptions = true,
        description = "All arXiv papers in the job without Kafka, with heap for all of their pages and for less and"
                + " less of them: latency, recall, where pages were found, and what was written to RocksDB for a byte"
                + " ingested.")
public final class TiersBench implements Callable<Integer> {
    private static final double[] SHARES = {1, 0.5, 0.2, 0.1, 0.05};
    private static final double[] QUICK_SHARES = {1, 0.2};
    private static final int QUERIES_PER_SECOND = 200;
    private static final int UPSERTS_PER_SECOND = 500;

    @Mixin
    private BenchOptions options;

    @Mixin
    private OperatorOptions operatorOptions;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("tiers");
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        TextTable table = new TextTable(
                "heap",
                "p50 us",
                "p99 us",
                "recall",
                "hot",
                "warm",
                "cold",
                "puts by ingested",
                "compaction by ingested");
        List<double[]> p50 = new ArrayList<>();
        List<double[]> p99 = new ArrayList<>();
        try (PapersRun run = new PapersRun(set, 1, configuration())) {
            run.load();
            for (double share : options.quick ? QUICK_SHARES : SHARES) {
                run.restart(share);
                run.saturate(Duration.ofSeconds(options.quick ? 3 : 10));
                TierCounts before = TierCounts.of(run.fixture());
                PacedRounds paced = PacedRounds.of(run, plan());
                TierCounts counts = TierCounts.of(run.fixture()).minus(before);
                row(share, paced, counts, table, report);
                p50.add(new double[] {100 * share, paced.micros(0.5)});
                p99.add(new double[] {100 * share, paced.micros(0.99)});
            }
        }
        table.print(System.out);
        Charts.curve(
                "tiers-latency",
                "Latency by heap, " + QUERIES_PER_SECOND + " queries/s beside " + UPSERTS_PER_SECOND + " upserts/s",
                "heap, % of all pages",
                "us",
                List.of(new Charts.Series("p50", p50), new Charts.Series("p99", p99)));
        return options.finish(report);
    }

    private PacedRounds.Plan plan() {
        return new PacedRounds.Plan(
                options.quick ? 1 : 3,
                Duration.ofSeconds(options.quick ? 5 : 8),
                QUERIES_PER_SECOND,
                UPSERTS_PER_SECOND);
    }

    private Configuration configuration() {
        Configuration configuration = operatorOptions.configuration(Duration.ofSeconds(options.quick ? 2 : 5));
        configuration.set(RocksDBNativeMetricOptions.MONITOR_BYTES_WRITTEN, true);
        configuration.set(RocksDBNativeMetricOptions.MONITOR_COMPACTION_WRITE_BYTES, true);
        return configuration;
    }

    private static void row(double share, PacedRounds paced, TierCounts counts, TextTable table, BenchReport report) {
        String heap = Math.round(100 * share) + " %";
        table.row(
                heap,
                TextTable.number(paced.micros(0.5)),
                TextTable.number(paced.micros(0.99)),
                "%.3f".formatted(paced.quality().recall()),
                "%,.0f".formatted(counts.hot()),
                "%,.0f".formatted(counts.warm()),
                "%,.0f".formatted(counts.cold()),
                TextTable.number(counts.putsByIngested()),
                TextTable.number(counts.compactionByIngested()));
        report.figure("p50_micros_heap_" + heap, paced.micros(0.5))
                .figure("p99_micros_heap_" + heap, paced.micros(0.99))
                .figure("hot_share_heap_" + heap, counts.hot() / (counts.hot() + counts.warm()))
                .figure("compaction_by_ingested_heap_" + heap, counts.compactionByIngested());
        report.bar("recall@10 with heap for " + heap, paced.quality().recall(), Comparison.AT_LEAST, 0.95);
        report.bar("bytes put by byte ingested, " + heap, counts.putsByIngested(), Comparison.AT_MOST, 5);
    }
}
