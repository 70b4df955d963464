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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
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

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "${COMPLETION-CANDIDATES}; default: all, and with --quick SCALAR and PEERS.")
    private Set<Part> only = EnumSet.noneOf(Part.class);

    @Mixin
    private PeerOptions peerOptions;

    private final PrintStream out = System.out;

    /** What can be measured by itself. */
    enum Part {
        /** Kernels beside scalar loops. */
        SCALAR,
        /** Scans that keep the nearest as they go beside those that score first; SCALAR without quick has them, too. */
        FUSED,
        /** Scans beside plain reads of memory. */
        MEMORY,
        /** Kernels beside those of the peers. */
        PEERS
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new KernelsBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("kernels");
        Set<Part> parts = parts();
        // Before the rest is measured: it may be missing.
        PeerJdk peerJdk = parts.contains(Part.PEERS) ? PeerJdk.find(peerOptions.jdk) : null;
        out.printf(
                "kernels %s; JDK %s; %d processors%n%n",
                Kernels.selection(), Runtime.version(), Runtime.getRuntime().availableProcessors());
        if (parts.contains(Part.SCALAR)) {
            bars(measured(quick ? KernelsRun.Plan.quick() : KernelsRun.Plan.full(), report), report);
        }
        if (parts.contains(Part.FUSED) && (quick || !parts.contains(Part.SCALAR))) {
            measured(KernelsRun.Plan.fused(quick), report);
        }
        if (parts.contains(Part.MEMORY)) {
            besideMemory(report);
        }
        if (peerJdk != null) {
            besidePeers(peerJdk, report);
        }
        report.printBars(out);
        if (json != null) {
            report.writeJson(json);
        }
        return report.exitCode();
    }

    private Set<Part> parts() {
        Set<Part> parts = EnumSet.allOf(Part.class);
        if (!only.isEmpty()) {
            parts.retainAll(only);
        } else if (quick) {
            parts.retainAll(EnumSet.of(Part.SCALAR, Part.PEERS));
        }
        if (peerOptions.without) {
            parts.remove(Part.PEERS);
        }
        return parts;
    }

    private KernelsRun measured(KernelsRun.Plan plan, BenchReport report) throws RunnerException {
        KernelsRun run = new KernelsRun(plan);
        run.run();
        TextTable table = new TextTable("ns per row", "128", "384", "768", "1536");
        for (String benchmark : run.benchmarks()) {
            table.row(cells(run, benchmark, report));
        }
        table.print(out);
        fused(run, report);
        return run;
    }

    /** What keeping the nearest while scanning is worth (SPEC row HA6). */
    private void fused(KernelsRun run, BenchReport report) {
        if (!run.benchmarks().containsAll(KernelsRun.UNFUSED.keySet())) {
            return;
        }
        TextTable table = new TextTable("times the unfused form", "128", "384", "768", "1536");
        KernelsRun.UNFUSED.forEach((fused, unfused) -> {
            List<String> cells = new ArrayList<>(List.of(fused));
            for (int dimension : KernelsRun.DIMENSIONS) {
                double ratio = run.ratio(fused, dimension, List.of(unfused));
                report.figure(fused + "_" + dimension + "_times_unfused", ratio);
                cells.add(TextTable.number(ratio));
            }
            table.row(cells.toArray(String[]::new));
        });
        table.print(out);
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

    private void besidePeers(PeerJdk jdk, BenchReport report) throws Exception {
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
