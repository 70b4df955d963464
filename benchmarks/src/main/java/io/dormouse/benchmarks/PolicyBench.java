// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.policy.Contestant;
import io.dormouse.benchmarks.policy.PolicyCost;
import io.dormouse.benchmarks.policy.PolicyCost.Nanos;
import io.dormouse.benchmarks.policy.PolicyRun;
import io.dormouse.benchmarks.policy.PolicyRun.Point;
import io.dormouse.benchmarks.policy.PolicyRun.Saved;
import io.dormouse.benchmarks.policy.Trace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench policy}: what the hot tier evicts, beside other policies, on real traces. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Plays access traces through the eviction policy of the hot tier and through LRU, ARC, S3-FIFO,"
                + " W-TinyLFU (Caffeine) and Belady's bound, at 1, 5, 10 and 20 %% of each footprint.")
public final class PolicyBench implements Callable<Integer> {
    private static final int QUICK_REQUESTS = 200_000;
    private static final int COST_BLOCKS = 10_000;
    private static final int COST_REQUESTS_MAX = 1_300_000;
    private static final double COST_SHARE = 0.10;

    @Mixin
    private BenchOptions options;

    @Option(names = "--only", paramLabel = "WORD", description = "Only the traces whose name holds this word.")
    private String only = "";

    @Override
    public Integer call() throws Exception {
        List<Trace> traces = Trace.readAll(options.dataset("traces")).stream()
                .filter(trace -> trace.name().contains(only))
                .filter(trace -> !options.quick || trace.length() < QUICK_REQUESTS)
                .toList();
        if (traces.isEmpty()) {
            throw new DataMissingException(options.dataset("traces"));
        }
        BenchReport report = new BenchReport("policy");
        List<Point> points = PolicyRun.run(traces);
        printPoints(points);
        means(points, report);
        byValue(PolicyRun.runByValue(traces), report);
        cost(traces, report);
        return options.finish(report);
    }

    private static void printPoints(List<Point> points) {
        TextTable table = new TextTable(Stream.concat(
                        Stream.of("hits, %", "keys held"),
                        Arrays.stream(Contestant.values()).map(Contestant::title))
                .toArray(String[]::new));
        for (Point point : points) {
            row(table, point.trace().name(), "%,d".formatted(point.capacity()), point.hitPercent());
        }
        table.print(System.out);
    }

    private static void means(List<Point> points, BenchReport report) {
        Map<String, List<Point>> byTrace = points.stream()
                .collect(Collectors.groupingBy(point -> point.trace().name(), LinkedHashMap::new, Collectors.toList()));
        TextTable table = new TextTable(Stream.concat(
                        Stream.of("mean hits, %", "points"),
                        Arrays.stream(Contestant.values()).map(Contestant::title))
                .toArray(String[]::new));
        double leastAboveLru = Double.POSITIVE_INFINITY;
        for (Map.Entry<String, List<Point>> trace : byTrace.entrySet()) {
            Map<Contestant, Double> mean = mean(trace.getValue());
            row(table, trace.getKey(), Integer.toString(trace.getValue().size()), mean);
            mean.forEach((who, hits) -> report.figure(figure(trace.getKey(), who), hits));
            leastAboveLru = Math.min(leastAboveLru, mean.get(Contestant.DORMOUSE) - mean.get(Contestant.LRU));
        }
        Map<Contestant, Double> mean = mean(points);
        row(table, "all", Integer.toString(points.size()), mean);
        table.print(System.out);
        mean.forEach((who, hits) -> report.figure(figure("mean", who), hits));
        double worstPoint = points.stream()
                .mapToDouble(point -> point.hitPercent().get(Contestant.DORMOUSE)
                        - point.hitPercent().get(Contestant.LRU))
                .min()
                .orElse(Double.NaN);
        report.figure("least_above_lru_at_one_size", worstPoint);
        System.out.println("least above LRU at one size of one trace: %.2f points".formatted(worstPoint));
        System.out.println("points where a peer is better: " + lost(points));
        System.out.println();
        for (Contestant peer : Contestant.values()) {
            if (peer.isPeer()) {
                double ours = mean.get(Contestant.DORMOUSE);
                report.bar("mean hits, above " + peer.title() + "'s mean", ours, Comparison.MORE_THAN, mean.get(peer));
            }
        }
        report.bar("least mean of a trace above LRU's", leastAboveLru, Comparison.AT_LEAST, 0);
    }

    /** How often each peer is ahead, and by how much at most. */
    private static String lost(List<Point> points) {
        return Arrays.stream(Contestant.values())
                .filter(Contestant::isPeer)
                .map(peer -> {
                    double[] ahead = points.stream()
                            .mapToDouble(point -> point.hitPercent().get(peer)
                                    - point.hitPercent().get(Contestant.DORMOUSE))
                            .filter(by -> by > 0)
                            .toArray();
                    return "%s %d, by at most %.2f"
                            .formatted(
                                    peer.title(),
                                    ahead.length,
                                    Arrays.stream(ahead).max().orElse(0));
                })
                .collect(Collectors.joining("; "));
    }

    private static Map<Contestant, Double> mean(List<Point> points) {
        Map<Contestant, Double> means = new LinkedHashMap<>();
        for (Contestant each : Contestant.values()) {
            means.put(
                    each,
                    points.stream()
                            .mapToDouble(point -> point.hitPercent().get(each))
                            .average()
                            .orElse(Double.NaN));
        }
        return means;
    }

    private static void byValue(List<Saved> all, BenchReport report) {
        double told = all.stream().mapToDouble(Saved::told).average().orElse(Double.NaN);
        double untold = all.stream().mapToDouble(Saved::untold).average().orElse(Double.NaN);
        double worst = all.stream()
                .mapToDouble(each -> each.told() - each.untold())
                .min()
                .orElse(Double.NaN);
        TextTable table = new TextTable("one key in ten costs 100 times as much", "cost saved, %");
        table.row("told so", "%.2f".formatted(told));
        table.row("not told", "%.2f".formatted(untold));
        table.row("least gain at one size of one trace, points", "%.2f".formatted(worst));
        table.print(System.out);
        report.figure("cost_saved_told_percent", told);
        report.figure("cost_saved_untold_percent", untold);
        report.figure("cost_saved_least_gain_points", worst);
        report.bar("cost saved by value, above the plain policy's", told, Comparison.MORE_THAN, untold);
    }

    private static void cost(List<Trace> traces, BenchReport report) {
        TextTable table = new TextTable("ns a request", "hot tier", "bare CLOCK");
        int many = 10 * COST_BLOCKS;
        row(table, report, "touch, half full", "touch_half_full", PolicyCost.touches(COST_BLOCKS, 2 * COST_BLOCKS));
        row(table, report, "touch, 10,000 blocks, full", "touch", PolicyCost.touches(COST_BLOCKS, COST_BLOCKS));
        row(table, report, "touch, 100,000 blocks, full", "touch_many", PolicyCost.touches(many, many));
        row(table, report, "miss and evict", "miss", PolicyCost.misses(COST_BLOCKS));
        for (Trace trace : traces) {
            if (trace.length() > COST_REQUESTS_MAX / 2 && trace.length() < COST_REQUESTS_MAX) {
                Nanos nanos = PolicyCost.trace(trace, trace.capacity(COST_SHARE));
                row(table, report, trace.name() + " at 10 %", trace.name(), nanos);
            }
        }
        table.print(System.out);
    }

    private static void row(TextTable table, BenchReport report, String title, String name, Nanos nanos) {
        table.row(title, "%.1f".formatted(nanos.hot()), "%.1f".formatted(nanos.clock()));
        report.figure(name + "_ns", nanos.hot());
        report.figure(name + "_clock_ns", nanos.clock());
    }

    private static void row(TextTable table, String name, String size, Map<Contestant, Double> hits) {
        table.row(Stream.concat(
                        Stream.of(name, size),
                        Arrays.stream(Contestant.values()).map(who -> "%.2f".formatted(hits.get(who))))
                .toArray(String[]::new));
    }

    private static String figure(String of, Contestant who) {
        return "%s_%s_hit_percent".formatted(of, who.name().toLowerCase(Locale.ROOT));
    }
}
