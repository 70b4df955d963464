// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.benchmarks.BenchReport;
import io.dormouse.benchmarks.TextTable;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.benchmarks.load.Medians;
import io.dormouse.benchmarks.load.OtherLoad;
import io.dormouse.schema.MalformedRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What rounds of queries at a pace, beside ingest and checkpoints, saw: latencies as medians of the rounds, and every
 * checkpoint that was taken meanwhile.
 *
 * @param hotShare pages found in heap, of those probed
 * @param stallMicros how long each checkpoint held a task of the paged memory, from before its barrier until the task could
 *     do something else; sorted, one for each instance
 * @param flushMicros of which our own part, sorted
 * @param othersShare share of the machine that other processes took meanwhile
 * @param syncMaxMillis the longest that Flink saw of its synchronous part
 */
public record PacedRounds(
        List<Paced> rounds,
        AnswerQuality quality,
        double hotShare,
        int checkpoints,
        long[] stallMicros,
        long[] flushMicros,
        long syncMaxMillis,
        double othersShare) {

    /** How long, how often and how fast. */
    public record Plan(int rounds, Duration each, int queriesPerSecond, int upsertsPerSecond) {}

    /** Runs them, after a round of two seconds that does not count. */
    public static PacedRounds of(PapersRun run, Plan plan) throws MalformedRecordException {
        double hot = MetricTap.sum("pagesProbedHot");
        double warm = MetricTap.sum("pagesProbedWarm");
        long newest = run.fixture().newest();
        List<Paced> rounds = new ArrayList<>();
        OtherLoad others = new OtherLoad();
        IngestPace ingest = run.ingest(plan.upsertsPerSecond());
        try {
            run.pace(Duration.ofSeconds(2), plan.queriesPerSecond());
            for (int i = 0; i < plan.rounds(); i++) {
                rounds.add(run.pace(plan.each(), plan.queriesPerSecond()));
            }
        } finally {
            ingest.close();
        }
        double othersShare = others.share();
        List<Checkpoint> checkpoints = run.fixture().checkpoints(newest);
        hot = MetricTap.sum("pagesProbedHot") - hot;
        warm = MetricTap.sum("pagesProbedWarm") - warm;
        return new PacedRounds(
                rounds,
                run.quality(rounds),
                hot / (hot + warm),
                checkpoints.size(),
                MetricTap.newest("checkpointStallMicros", checkpoints.size()),
                MetricTap.newest("checkpointFlushMicros", checkpoints.size()),
                checkpoints.stream()
                        .flatMap(each -> each.syncMillis().stream())
                        .max(Long::compare)
                        .orElse(0L),
                othersShare);
    }

    /** Latency in microseconds that a share of the queries did not exceed. */
    public double micros(double share) {
        return 1e3 * Medians.millis(rounds, share);
    }

    /** The stall that a share of them did not exceed, milliseconds. */
    public double stallMillis(double share) {
        return Medians.percentile(stallMicros, share) / 1e3;
    }

    /** A table for {@link #row}. */
    public static TextTable table() {
        return new TextTable(
                "",
                "p50 us",
                "p99 us",
                "p99.9 us",
                "queries/s",
                "recall",
                "in operator us",
                "pages hot",
                "checkpoints",
                "stall p50 ms",
                "p99 ms",
                "our flush p99 ms",
                "sync max ms",
                "others");
    }

    /** Adds itself, beside the queries per second of rounds without a pace. */
    public void row(String name, double perSecond, TextTable table) {
        table.row(
                name,
                TextTable.number(micros(0.5)),
                TextTable.number(micros(0.99)),
                TextTable.number(micros(0.999)),
                TextTable.number(perSecond),
                "%.3f".formatted(quality.recall()),
                TextTable.number(quality.operatorMicros()),
                "%.3f".formatted(hotShare),
                Integer.toString(checkpoints),
                TextTable.number(stallMillis(0.5)),
                TextTable.number(stallMillis(0.99)),
                TextTable.number(Medians.percentile(flushMicros, 0.99) / 1e3),
                Long.toString(syncMaxMillis),
                "%.0f %%".formatted(100 * othersShare));
    }

    /** Adds its figures. */
    public void figures(String name, BenchReport report) {
        report.figure(name + "_p50_micros", micros(0.5))
                .figure(name + "_p99_micros", micros(0.99))
                .figure(name + "_p999_micros", micros(0.999))
                .figure(name + "_operator_median_micros", quality.operatorMicros())
                .figure(name + "_pages_hot_share", hotShare)
                .figure(name + "_stall_p50_millis", stallMillis(0.5))
                .figure(name + "_stall_p99_millis", stallMillis(0.99))
                .figure(name + "_flush_p99_millis", Medians.percentile(flushMicros, 0.99) / 1e3)
                .figure(name + "_sync_max_millis", syncMaxMillis)
                .figure(name + "_others_share", othersShare);
    }
}
