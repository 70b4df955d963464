// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.faults.FaultTally;
import io.dormouse.benchmarks.faults.FaultsRun;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench faults}: what answers are worth while object storage does wrong and tasks crash. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description =
                "Runs the whole job while its object storage is away, slow, wrong or broken and while its tasks crash,"
                        + " with writes and questions going on, and counts what answers are worth.")
public final class FaultsBench implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("faults");
        Map<String, FaultTally> tallies = new LinkedHashMap<>();
        boolean alive;
        long missing;
        try (FaultsRun run = new FaultsRun(options.quick ? 1_000 : 10_000)) {
            tallies.put("is away at the start", run.atStart());
            tallies.putAll(run.run(Duration.ofMillis(options.quick ? 700 : 10_000), !options.quick));
            alive = run.alive();
            missing = run.missingInSavepoint();
        }
        print(tallies);
        report.bar("wrong answers", sum(tallies, FaultTally::wrong), Comparison.AT_MOST, 0);
        report.bar("queries without an answer", sum(tallies, FaultTally::stuck), Comparison.AT_MOST, 0);
        report.bar("items not found after a fault", sum(tallies, FaultTally::lost), Comparison.AT_MOST, 0);
        report.bar("items missing or damaged in the savepoint", missing, Comparison.AT_MOST, 0);
        report.bar("jobs alive at the end", alive ? 1 : 0, Comparison.AT_LEAST, 1);
        tallies.forEach((name, tally) -> report.figure(name + ": longest_ms", tally.longestMillis())
                .figure(name + ": recovery_ms", tally.recoveryMillis())
                .figure(name + ": partial_share", tally.partial() / (double) Math.max(1, tally.asked())));
        return options.finish(report);
    }

    private static long sum(Map<String, FaultTally> tallies, ToLongFunction<FaultTally> figure) {
        return tallies.values().stream().mapToLong(figure).sum();
    }

    private static void print(Map<String, FaultTally> tallies) {
        TextTable table = new TextTable(
                "object storage", "asked", "right", "partial", "wrong", "stuck", "longest ms", "recovery ms", "lost");
        tallies.forEach((name, tally) -> table.row(
                name,
                Integer.toString(tally.asked()),
                Integer.toString(tally.right()),
                Integer.toString(tally.partial()),
                Integer.toString(tally.wrong()),
                Integer.toString(tally.stuck()),
                Long.toString(tally.longestMillis()),
                Long.toString(tally.recoveryMillis()),
                Integer.toString(tally.lost())));
        table.print(System.out);
        tallies.forEach((name, tally) -> {
            if (tally.partial() > 0) {
                System.out.println(name + ": mostly partial because " + tally.usualReason());
            }
            if (!tally.example().isEmpty()) {
                System.out.println(name + ": " + tally.example());
            }
        });
    }
}
