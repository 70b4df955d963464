// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.kernels.Contestant;
import io.dormouse.benchmarks.kernels.PeerKernelsRun;
import io.dormouse.benchmarks.kernels.PeerKernelsRun.Entry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@link PeerKernelsRun} measured, as a table, figures and bars. */
final class PeerKernelsTable {
    /** A tie within noise. */
    private static final double ROW_TARGET = 0.95;

    private static final double PAGE_TARGET = 1.5;

    private final PeerKernelsRun run;

    PeerKernelsTable(PeerKernelsRun run) {
        this.run = run;
    }

    void print(PrintStream out, BenchReport report) {
        List<String> header = new ArrayList<>(List.of("ns per row"));
        run.dimensions().forEach(dimension -> header.add(Integer.toString(dimension)));
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (Entry entry : run.entries()) {
            List<String> cells = new ArrayList<>(List.of(name(entry)));
            for (int dimension : run.dimensions()) {
                double nanos = run.nanosPerRow(entry, dimension);
                report.figure(name(entry).replace(' ', '_') + "_" + dimension + "_ns_per_row", nanos);
                cells.add(TextTable.number(nanos));
            }
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
        run.implementations().forEach((contestant, runsOn) -> out.println(name(contestant.name()) + ": " + runsOn));
        out.println();
        bars(report);
    }

    private void bars(BenchReport report) {
        for (Entry entry : run.entries()) {
            for (int dimension : run.dimensions()) {
                if (entry.contestant() == Contestant.DORMOUSE_ROW) {
                    bar(entry, dimension, ROW_TARGET, report);
                } else if (entry.contestant() == Contestant.DORMOUSE_PAGE) {
                    bar(entry, dimension, PAGE_TARGET, report);
                }
            }
        }
    }

    private void bar(Entry entry, int dimension, double target, BenchReport report) {
        double ratio = run.ratio(entry.function(), entry.contestant(), dimension);
        report.bar(name(entry) + ", times the better peer, " + dimension, ratio, Comparison.AT_LEAST, target);
    }

    private static String name(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace("dormouse_", "dormouse ");
    }

    private static String name(Entry entry) {
        return name(entry.function() + " " + entry.contestant());
    }
}
