// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.operator.PacedRounds;
import io.dormouse.benchmarks.operator.PapersRun;
import io.dormouse.benchmarks.operator.TierCounts;
import io.dormouse.jobs.RetrievalOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.state.rocksdb.RocksDBNativeMetricOptions;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench tiers}: the same papers with less and less heap. */
@Command(
        name = "tiers",
        mixinStandardHelpOptions = true,
        description = "All arXiv papers in the job without Kafka, with heap for all of their pages and for less and"
                + " less of them, at last with a cold tier in a local folder: latency, recall, where pages were found,"
                + " and what was put into RocksDB for a byte ingested.")
public final class TiersBench implements Callable<Integer> {
    private static final double[] SHARES = {1, 0.5, 0.2, 0.1, 0.05};
    private static final double[] QUICK_SHARES = {1};
    private static final double COLD_SHARE = 0.1;
    private static final int QUERIES_PER_SECOND = 100;
    private static final int UPSERTS_PER_SECOND = 500;

    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    private final BenchReport report = new BenchReport("tiers");
    private final TextTable table = new TextTable(
            "heap",
            "p50 us",
            "p99 us",
            "recall",
            "pages hot",
            "warm",
            "ranges cold",
            "puts by ingested",
            "compaction",
            "puts, updates",
            "compaction",
            "others");
    private final List<double[]> p50 = new ArrayList<>();
    private final List<double[]> p99 = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        long bytesOfPages = 0;
        for (double share : options.quick ? QUICK_SHARES : SHARES) {
            Configuration configuration = configuration();
            if (bytesOfPages > 0) {
                configuration.set(RetrievalOptions.HOT_BYTES, new MemorySize((long) (share * bytesOfPages)));
            }
            String heap = Math.round(100 * share) + " %";
            bytesOfPages = Math.max(bytesOfPages, measure(heap, set, configuration));
        }
        Path folder = Files.createTempDirectory("dormouse-tiers");
        try {
            Configuration configuration = configuration();
            configuration.set(RetrievalOptions.HOT_BYTES, new MemorySize((long) (COLD_SHARE * bytesOfPages)));
            configuration.set(RetrievalOptions.COLD_PATH, folder.toUri().toString());
            configuration.set(RetrievalOptions.COLD_AGE, Duration.ofSeconds(2));
            measure(Math.round(100 * COLD_SHARE) + " %, cold", set, configuration);
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
        options.show(table);
        Charts.curve(
                "tiers-latency",
                "Latency by heap, " + QUERIES_PER_SECOND + " queries/s beside " + UPSERTS_PER_SECOND + " upserts/s",
                "heap, % of all pages",
                "us",
                List.of(new Charts.Series("p50", p50), new Charts.Series("p99", p99)));
        return options.finish(report);
    }

    /** Loads and asks; returns the heap that all pages took, as far as there was so much. */
    private long measure(String heap, VectorSet set, Configuration configuration) throws Exception {
        try (PapersRun run = new PapersRun(set, 1, configuration)) {
            run.load();
            TierCounts loaded = TierCounts.settled(run.fixture());
            run.saturate(Duration.ofSeconds(options.quick ? 2 : 8));
            TierCounts before = TierCounts.of(run.fixture());
            PacedRounds paced = PacedRounds.of(run, plan());
            TierCounts after = TierCounts.settled(run.fixture());
            row(heap, paced, loaded, after.minus(before), after.minus(loaded));
            if (!configuration.contains(RetrievalOptions.COLD_PATH)) {
                double percent = Double.parseDouble(heap.split(" ")[0]);
                p50.add(new double[] {percent, paced.micros(0.5)});
                p99.add(new double[] {percent, paced.micros(0.99)});
            }
            return run.bytesOfPages();
        }
    }

    private PacedRounds.Plan plan() {
        return new PacedRounds.Plan(
                options.quick ? 1 : 3,
                Duration.ofSeconds(options.quick ? 4 : 6),
                QUERIES_PER_SECOND,
                UPSERTS_PER_SECOND);
    }

    private Configuration configuration() {
        Configuration configuration = given.configuration(Duration.ofSeconds(options.quick ? 2 : 5));
        configuration.set(RocksDBNativeMetricOptions.MONITOR_BYTES_WRITTEN, true);
        configuration.set(RocksDBNativeMetricOptions.MONITOR_COMPACTION_WRITE_BYTES, true);
        return configuration;
    }

    private void row(String heap, PacedRounds paced, TierCounts loaded, TierCounts found, TierCounts updated) {
        table.row(
                heap,
                TextTable.number(paced.micros(0.5)),
                TextTable.number(paced.micros(0.99)),
                "%.3f".formatted(paced.quality().recall()),
                "%,.0f".formatted(found.hot()),
                "%,.0f".formatted(found.warm()),
                "%,.0f".formatted(found.cold()),
                TextTable.number(loaded.putsByIngested()),
                TextTable.number(loaded.compactionByIngested()),
                TextTable.number(updated.putsByIngested()),
                TextTable.number(updated.compactionByIngested()),
                "%.0f %%".formatted(100 * paced.othersShare()));
        report.figure("p50_micros_heap_" + heap, paced.micros(0.5))
                .figure("p99_micros_heap_" + heap, paced.micros(0.99))
                .figure("hot_share_heap_" + heap, found.hot() / (found.hot() + found.warm()))
                .figure("cold_ranges_heap_" + heap, found.cold())
                .figure("compaction_by_ingested_heap_" + heap, loaded.compactionByIngested())
                .figure("puts_by_ingested_of_updates_heap_" + heap, updated.putsByIngested());
        report.bar("recall@10, heap " + heap, paced.quality().recall(), Comparison.AT_LEAST, 0.95);
        report.bar("bytes put by byte ingested, heap " + heap, loaded.putsByIngested(), Comparison.AT_MOST, 5);
    }
}
