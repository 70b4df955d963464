// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.index.Curve;
import io.dormouse.benchmarks.index.EngineName;
import io.dormouse.benchmarks.index.EngineProcess.Host;
import io.dormouse.benchmarks.index.IndexRun;
import io.dormouse.benchmarks.index.IndexSet;
import io.dormouse.benchmarks.peer.PeerCode;
import io.dormouse.benchmarks.peer.PeerJdk;
import io.dormouse.state.kernel.Code;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench index}: queries per second by recall, and inserts per second, of one shard beside graph indexes. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        description =
                "Builds one shard and the graphs of Lucene and JVector from the same vectors, one thread each, and"
                        + " measures queries per second by recall@10.")
public final class IndexBench implements Callable<Integer> {
    private static final double[] RECALLS = {0.90, 0.95, 0.99};
    private static final String HEAP = "3g";

    @Mixin
    private BenchOptions options;

    @Mixin
    private PeerOptions peerOptions;

    @Option(names = "--sets", split = ",", paramLabel = "SET", description = "${COMPLETION-CANDIDATES}; default: all.")
    private List<IndexSet> sets = List.of(IndexSet.values());

    @Option(names = "--codes", split = ",", paramLabel = "CODE", description = "Dormouse's codes to measure.")
    private List<Code> codes = List.of(Code.INT8);

    @Option(
            names = "--engines",
            split = ",",
            paramLabel = "ENGINE",
            description = "Only these, such as dormouse-int8,lucene,jvector; default: all.")
    private List<String> engines = List.of();

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        BenchReport report = new BenchReport("index");
        Path ownJava = Path.of(System.getProperty("java.home"), "bin", "java");
        Host own = new Host(ownJava, null, HEAP);
        Host beside = own;
        if (!peerOptions.without) {
            PeerJdk jdk = PeerJdk.find(peerOptions.jdk);
            beside = new Host(jdk.java(), PeerCode.compile(jdk, BenchOptions.home()), HEAP);
            out.printf("own JDK %s, peers' JDK %d%n", Runtime.version(), jdk.feature());
        }
        Host peers = beside;
        List<EngineName> names = engines.isEmpty()
                ? EngineName.all(codes, !peerOptions.without)
                : engines.stream().map(EngineName::new).toList();
        for (IndexSet set : options.quick ? List.of(IndexSet.SIFTSMALL) : sets) {
            measure(set, names, name -> name.onOwnJdk() ? own : peers, report);
        }
        return options.finish(report);
    }

    private void measure(IndexSet set, List<EngineName> names, Function<EngineName, Host> hosts, BenchReport report)
            throws IOException {
        IndexRun.Plan plan = options.quick ? IndexRun.Plan.quick() : IndexRun.Plan.full();
        Path logs = BenchOptions.home().resolve("benchmarks").resolve("target").resolve("index-logs");
        List<Curve> curves = new IndexRun(set, options.dataset(set.folder()), plan, out).run(names, hosts, logs);
        TextTable table = new TextTable(set.folder(), "queries/s at 0.90", "0.95", "0.99", "inserts/s");
        for (Curve curve : curves) {
            table.row(
                    curve.engine().text(),
                    TextTable.number(curve.queriesPerSecondAt(RECALLS[0])),
                    TextTable.number(curve.queriesPerSecondAt(RECALLS[1])),
                    TextTable.number(curve.queriesPerSecondAt(RECALLS[2])),
                    TextTable.number(curve.insertsPerSecond()));
            figures(set, curve, report);
        }
        out.println();
        table.print(out);
        for (Curve curve : curves) {
            out.println(curve.engine() + ": " + curve.implementation());
        }
        out.println();
        if (set == IndexSet.MNIST) {
            bars(curves, report);
        }
        picture(set, curves);
    }

    private static void figures(IndexSet set, Curve curve, BenchReport report) {
        String prefix = set.folder() + "_" + curve.engine() + "_";
        report.figure(prefix + "inserts_per_s", curve.insertsPerSecond());
        for (double recall : RECALLS) {
            report.figure(prefix + "queries_per_s_at_" + recall, curve.queriesPerSecondAt(recall));
        }
        for (Curve.Point point : curve.points()) {
            report.figure(prefix + "recall_at_effort_" + point.effort(), point.recall());
            report.figure(prefix + "queries_per_s_at_effort_" + point.effort(), point.queriesPerSecond());
        }
    }

    /** The best of Dormouse's codes beside Lucene as it comes. */
    private static void bars(List<Curve> curves, BenchReport report) {
        List<Curve> own = curves.stream()
                .filter(curve -> curve.engine().isDormouse() && !curve.engine().onOwnJdk())
                .toList();
        List<Curve> lucene = curves.stream()
                .filter(curve -> curve.engine().equals(EngineName.LUCENE))
                .toList();
        if (own.isEmpty() || lucene.isEmpty()) {
            return;
        }
        ratio("queries/s at recall 0.95", 1.0, curve -> curve.queriesPerSecondAt(0.95), own, lucene.get(0), report);
        ratio("queries/s at recall 0.99", 1.4, curve -> curve.queriesPerSecondAt(0.99), own, lucene.get(0), report);
        ratio("inserts/s", 2.0, Curve::insertsPerSecond, own, lucene.get(0), report);
    }

    private static void ratio(
            String what,
            double target,
            Function<Curve, Double> value,
            List<Curve> own,
            Curve lucene,
            BenchReport report) {
        double best = own.stream().mapToDouble(value::apply).max().orElse(Double.NaN);
        report.bar("MNIST " + what + ", times Lucene's", best / value.apply(lucene), Comparison.AT_LEAST, target);
    }

    private static void picture(IndexSet set, List<Curve> curves) throws IOException {
        List<Charts.Series> lines = new ArrayList<>();
        for (Curve curve : curves) {
            List<double[]> points = curve.best().stream()
                    .map(point -> new double[] {point.recall(), point.queriesPerSecond()})
                    .toList();
            if (!points.isEmpty()) {
                lines.add(new Charts.Series(curve.engine().text(), points));
            }
        }
        Charts.curve("index-" + set.folder(), set.folder() + ", one thread", "recall@10", "queries per second", lines);
    }
}
