// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.Medians;
import io.dormouse.benchmarks.operator.Checkpoint;
import io.dormouse.benchmarks.operator.PapersRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench checkpoints}: the same change to a small state and to a large one. */
@Command(
        name = "checkpoints",
        mixinStandardHelpOptions = true,
        description = "Takes incremental checkpoints after the same number of upserts, with 1, 4 and 16 times as many"
                + " papers stored.")
public final class CheckpointsBench implements Callable<Integer> {
    private static final int[] TIMES = {1, 4, 16};
    private static final int CHANGE = 500;
    private static final Duration NEVER = Duration.ofHours(1);

    @Mixin
    private BenchOptions options;

    @Mixin
    private GivenOptions given;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("checkpoints");
        VectorSet papers = VectorSet.arxiv(options.dataset("arxiv"));
        TextTable table = new TextTable("papers", "state MB", "new MB", "mean", "largest", "ms", "longest");
        List<Double> megabytes = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (int times : TIMES) {
            int rows = papers.base().length * times / TIMES[TIMES.length - 1];
            List<Checkpoint> taken = run(first(papers, rows));
            double bytes = Medians.of(taken, Checkpoint::newBytes) / 1e6;
            double duration = Medians.of(taken, Checkpoint::durationMillis);
            megabytes.add(bytes);
            millis.add(duration);
            LongSummaryStatistics all =
                    taken.stream().mapToLong(Checkpoint::newBytes).summaryStatistics();
            means.add(all.getAverage() / 1e6);
            table.row(
                    "%,d".formatted(rows),
                    TextTable.number(Medians.of(taken, Checkpoint::stateBytes) / 1e6),
                    TextTable.number(bytes),
                    TextTable.number(all.getAverage() / 1e6),
                    TextTable.number(all.getMax() / 1e6),
                    TextTable.number(duration),
                    Long.toString(taken.stream()
                            .mapToLong(Checkpoint::durationMillis)
                            .max()
                            .orElse(0)));
            report.figure("new_megabytes_" + times + "x", bytes)
                    .figure("mean_megabytes_" + times + "x", all.getAverage() / 1e6)
                    .figure("millis_" + times + "x", duration);
        }
        options.show(table);
        report.bar(
                "new bytes with 16 times the state, by those with 1",
                megabytes.get(2) / megabytes.get(0),
                Comparison.AT_MOST,
                2);
        report.bar(
                "mean of them, compaction included, by that with 1",
                means.get(2) / means.get(0),
                Comparison.AT_MOST,
                4);
        report.bar(
                "duration with 16 times the state, by that with 1",
                millis.get(2) / millis.get(0),
                Comparison.AT_MOST,
                2);
        return options.finish(report);
    }

    private List<Checkpoint> run(VectorSet set) {
        List<Checkpoint> taken = new ArrayList<>();
        try (PapersRun run = new PapersRun(set, 1, given.configuration(NEVER))) {
            run.load();
            run.fixture().checkpoint();
            long applied = run.rows();
            for (int i = 0; i < (options.quick ? 8 : 24); i++) {
                applied += run.change(CHANGE);
                run.fixture().awaitUpserts(applied);
                run.fixture().awaitUpkeep();
                taken.add(run.fixture().checkpoint());
            }
        }
        return taken;
    }

    private static VectorSet first(VectorSet set, int rows) {
        return new VectorSet(
                set.name(),
                Arrays.copyOf(set.base(), rows),
                set.queries(),
                set.truth(),
                set.payloads().subList(0, rows),
                set.ownRows());
    }
}
