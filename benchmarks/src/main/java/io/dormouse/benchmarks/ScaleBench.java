// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.scale.ScaleRun;
import io.dormouse.benchmarks.scale.ScaleRun.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench scale}: what a query and an insert cost as the memory grows. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description = "Cost per query and per insert of one shard as it grows to a million vectors of 128 dimensions.")
public final class ScaleBench implements Callable<Integer> {
    private static final int QUICK_MAX = 100_000;
    private static final double EXPONENT_MAX = 0.6;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Vectors at the end (default: ${DEFAULT-VALUE}); each needs about 1.5 KB of heap.")
    private int max;

    @Override
    public Integer call() throws Exception {
        List<Size> sizes = new ScaleRun(options.quick ? Math.min(max, QUICK_MAX) : max, System.out).run();
        BenchReport report = new BenchReport("scale");
        TextTable table = new TextTable(
                "vectors",
                "pages",
                "recall@10",
                "pages probed",
                "rows scored",
                "us a query",
                "us an insert",
                "read to wake");
        List<double[]> queries = new ArrayList<>();
        List<double[]> scored = new ArrayList<>();
        List<double[]> inserts = new ArrayList<>();
        for (Size size : sizes) {
            table.row(
                    "%,d".formatted(size.vectors()),
                    "%,d".formatted(size.pages()),
                    "%.3f".formatted(size.recall()),
                    TextTable.number(size.probes()),
                    "%,.0f".formatted(size.rowsScored()),
                    TextTable.number(size.queryMicros()),
                    TextTable.number(size.insertMicros()),
                    "%,d blocks".formatted(size.blocksToWake()));
            queries.add(new double[] {size.vectors(), size.queryMicros()});
            scored.add(new double[] {size.vectors(), size.rowsScored()});
            inserts.add(new double[] {size.vectors(), size.insertMicros()});
            report.figure(size.vectors() + "_query_us", size.queryMicros());
            report.figure(size.vectors() + "_insert_us", size.insertMicros());
            report.figure(size.vectors() + "_rows_scored", size.rowsScored());
        }
        table.print(System.out);
        Charts.curve(
                "scale",
                "Cost as one shard grows",
                "vectors",
                "microseconds",
                List.of(new Charts.Series("query at recall 0.95", queries), new Charts.Series("insert", inserts)));
        report.figure("rows_scored_exponent", ScaleRun.exponent(scored));
        report.figure("insert_exponent", ScaleRun.exponent(inserts));
        report.bar("exponent of the cost of a query", ScaleRun.exponent(queries), Comparison.AT_MOST, EXPONENT_MAX);
        return options.finish(report);
    }
}
