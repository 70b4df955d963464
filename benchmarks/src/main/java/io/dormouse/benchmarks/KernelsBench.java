// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.kernels.DramRun;
import io.dormouse.benchmarks.kernels.KernelsRun;
import io.dormouse.benchmarks.kernels.PeerKernelsRun;
import io.dormouse.benchmarks.peer.PeerCode;
import io.dormouse.benchmarks.peer.PeerJdk;
import io.dormouse.state.kernel.Kernels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench kernels}: how much faster the vector kernels are than scalar loops, on a page of 64 KiB in the cache. */
@Command(
        name = "kernels",
        mixinStandardHelpOptions = true,
        description = "Measures the scan kernels against scalar loops over the same page (JMH).")
public final class KernelsBench implements Callable<Integer> {
    private static final double TIMES_SMALL = 5;
    private static final double TIMES_LARGE = 8;
    private static final int LARGE_FROM = 384;
    private static final double DRAM_SHARE = 0.6;

    /** The bar is against the better of the plain loops, whether it reads bytes or floats. */
    private static final List<String> FLOAT_TWINS = List.of("twinFloat32", "twinFloat32Array");

    private static final List<String> INT8_TWINS = List.of("twinInt8");

    @Option(names = "--quick", description = "Only what the bars need, in under a minute.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Option(names = "--only-peers", description = "Leave the scalar loops out.")
    private boolean onlyPeers;

    @Mixin
    private PeerOptions peerOptions;

    private final PrintStream out = System.out;

    public static void main(String[] args) {
        System.exit(new CommandLine(new KernelsBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("kernels");
        out.printf(
                "kernels %s; JDK %s; %d processors%n%n",
                Kernels.selection(), Runtime.version(), Runtime.getRuntime().availableProcessors());
        if (!onlyPeers) {
            besideTwins(report);
        }
        if (!quick && !onlyPeers) {
            besideMemory(report);
        }
        if (!peerOptions.without) {
            besidePeers(report);
        }
        report.printBars(out);
        if (json != null) {
            report.writeJson(json);
        }
        return report.exitCode();
    }

    private void besideTwins(BenchReport report) throws Exception {
        KernelsRun run = new KernelsRun(quick ? KernelsRun.Plan.quick() : KernelsRun.Plan.full());
        run.run();
        TextTable table = new TextTable("ns per row", "128", "384", "768", "1536");
        for (String benchmark : run.benchmarks()) {
            table.row(cells(run, benchmark, report));
        }
        table.print(out);
        bars(run, report);
    }

    /** What a scan of pages takes of the bandwidth of memory. */
    private void besideMemory(BenchReport report) throws Exception {
        TextTable table = new TextTable("GB/s from DRAM", "plain read", "scan", "share");
        for (int dimension : KernelsRun.DIMENSIONS) {
            DramRun run = new DramRun();
            run.run(dimension);
            double share = run.scan() / run.read();
            table.row(
                    "float32 of " + dimension,
                    TextTable.number(run.read()),
                    TextTable.number(run.scan()),
                    TextTable.number(share));
            report.figure("dram_read_gb_per_s_" + dimension, run.read());
            report.figure("dram_scan_gb_per_s_" + dimension, run.scan());
            report.bar("share of memory bandwidth, float32 scan, " + dimension, share, Comparison.AT_LEAST, DRAM_SHARE);
        }
        table.print(out);
    }

    private void besidePeers(BenchReport report) throws Exception {
        PeerJdk jdk = PeerJdk.find(peerOptions.jdk);
        PeerKernelsRun run = new PeerKernelsRun(
                jdk,
                PeerCode.compile(jdk, BenchOptions.home()),
                quick ? PeerKernelsRun.Plan.quick() : PeerKernelsRun.Plan.full());
        out.printf("beside the peers, all on JDK %d%n%n", jdk.feature());
        run.run();
        new PeerKernelsTable(run).print(out, report);
    }

    private static String[] cells(KernelsRun run, String benchmark, BenchReport report) {
        String[] cells = new String[1 + KernelsRun.DIMENSIONS.size()];
        cells[0] = benchmark;
        for (int i = 1; i < cells.length; i++) {
            int dimension = KernelsRun.DIMENSIONS.get(i - 1);
            double nanos = run.nanosPerRow(benchmark, dimension);
            report.figure(benchmark + "_" + dimension + "_ns_per_row", nanos);
            cells[i] = TextTable.number(nanos);
        }
        return cells;
    }

    private static void bars(KernelsRun run, BenchReport report) {
        for (int dimension : KernelsRun.DIMENSIONS) {
            double target = dimension < LARGE_FROM ? TIMES_SMALL : TIMES_LARGE;
            double float32 = run.ratio("pageFloat32", dimension, FLOAT_TWINS);
            double int8 = run.ratio("pageInt8", dimension, INT8_TWINS);
            report.bar("float32 page scan, times scalar, " + dimension, float32, Comparison.MORE_THAN, target);
            report.bar("int8 page scan, times scalar, " + dimension, int8, Comparison.MORE_THAN, target);
        }
    }
}
