// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.benchmarks.BenchReport;
import io.dormouse.benchmarks.TextTable;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.schema.MalformedRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Namespaces of one set in the job without Kafka, measured with all pages in heap, then with a part of them. */
public final class OperatorRun implements AutoCloseable {
    private static final int SLOTS = 2;
    private static final float RECALL_TARGET = 0.96f;
    private static final int WINDOW = 1_000;
    private static final int INGEST_PER_SECOND = 1_000;

    private final OperatorFixture fixture;
    private final Tenants tenants;
    private final Configuration job = new Configuration();

    /**
     * How long things are measured.
     *
     * @param rate queries per second of the paced rounds
     */
    public record Plan(int rounds, Duration paced, Duration saturated, Duration warmUp, int rate) {}

    /** What came out. */
    public record Measured(
            double p50Micros,
            double p99Micros,
            double p999Micros,
            double perSecond,
            double recall,
            double operatorMicros,
            double hotShare,
            int checkpoints,
            double stallP50Millis,
            double stallP99Millis,
            double flushP99Millis,
            double syncMaxMillis) {

        public void row(String name, TextTable table) {
            table.row(
                    name,
                    "%,.0f".formatted(p50Micros),
                    "%,.0f".formatted(p99Micros),
                    "%,.0f".formatted(p999Micros),
                    "%,.0f".formatted(perSecond),
                    "%.3f".formatted(recall),
                    "%,.0f".formatted(operatorMicros),
                    "%.3f".formatted(hotShare),
                    Integer.toString(checkpoints),
                    "%.1f".formatted(stallP50Millis),
                    "%.1f".formatted(stallP99Millis),
                    "%.1f".formatted(flushP99Millis),
                    "%.0f".formatted(syncMaxMillis));
        }

        public void figures(String name, BenchReport report) {
            report.figure(name + "_p50_micros", p50Micros)
                    .figure(name + "_p99_micros", p99Micros)
                    .figure(name + "_p999_micros", p999Micros)
                    .figure(name + "_per_s", perSecond)
                    .figure(name + "_operator_median_micros", operatorMicros)
                    .figure(name + "_pages_hot_share", hotShare)
                    .figure(name + "_stall_p50_millis", stallP50Millis)
                    .figure(name + "_flush_p99_millis", flushP99Millis)
                    .figure(name + "_sync_max_millis", syncMaxMillis);
        }
    }

    public static TextTable table() {
        return new TextTable(
                "",
                "p50 us",
                "p99 us",
                "p99.9 us",
                "queries/s",
                "recall",
                "operator us",
                "hot",
                "checkpoints",
                "stall p50 ms",
                "p99 ms",
                "flush p99 ms",
                "sync max ms");
    }

    public OperatorRun(VectorSet set, int namespaces, Duration checkpointInterval) {
        Configuration flink = new Configuration();
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        fixture = new OperatorFixture(SLOTS, flink);
        tenants = new Tenants(fixture, set, namespaces, RECALL_TARGET);
        job.set(RetrievalOptions.HOT_BYTES, MemorySize.ofMebiBytes(1024));
        fixture.start(job);
    }

    public int rows() {
        return tenants.rows();
    }

    public double load() {
        return tenants.load();
    }

    /** Starts the job again with heap for a share of the pages that are there. */
    public void restart(double share) {
        long bytes = (long) MetricTap.sum("hotBytes");
        String savepoint = fixture.stop();
        job.set(RetrievalOptions.HOT_BYTES, new MemorySize((long) (share * bytes)));
        fixture.restore(savepoint, job);
    }

    public Measured measure(Plan plan) throws MalformedRecordException {
        tenants.driver().saturate(plan.warmUp(), WINDOW);
        List<Double> rates = new ArrayList<>();
        List<Paced> rounds = new ArrayList<>();
        for (int i = 0; i < plan.rounds(); i++) {
            rates.add(tenants.driver().saturate(plan.saturated(), WINDOW));
        }
        double hotBefore = MetricTap.sum("pagesProbedHot");
        double warmBefore = MetricTap.sum("pagesProbedWarm");
        long newest = fixture.newest();
        IngestPace ingest = tenants.ingest(INGEST_PER_SECOND);
        try {
            tenants.driver().pace(Duration.ofSeconds(2), plan.rate());
            for (int i = 0; i < plan.rounds(); i++) {
                rounds.add(tenants.driver().pace(plan.paced(), plan.rate()));
            }
        } finally {
            ingest.close();
        }
        AnswerQuality quality = tenants.quality(rounds);
        List<Checkpoints> checkpoints = fixture.checkpoints(newest);
        long[] stalls = MetricTap.newest("checkpointStallMicros", checkpoints.size());
        long[] flushes = MetricTap.newest("checkpointFlushMicros", checkpoints.size());
        double hot = MetricTap.sum("pagesProbedHot") - hotBefore;
        double warm = MetricTap.sum("pagesProbedWarm") - warmBefore;
        return new Measured(
                median(rounds, 0.5),
                median(rounds, 0.99),
                median(rounds, 0.999),
                median(rates.stream().mapToDouble(Double::doubleValue).toArray()),
                quality.recall(),
                quality.operatorMicros(),
                hot / (hot + warm),
                checkpoints.size(),
                percentile(stalls, 0.5) / 1e3,
                percentile(stalls, 0.99) / 1e3,
                percentile(flushes, 0.99) / 1e3,
                checkpoints.stream()
                        .flatMap(checkpoint -> checkpoint.syncMillis().stream())
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0));
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }

    private static double median(List<Paced> rounds, double share) {
        return 1e3
                * median(rounds.stream()
                        .mapToDouble(round -> round.percentile(share))
                        .toArray());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    @Override
    public void close() {
        fixture.close();
    }
}
