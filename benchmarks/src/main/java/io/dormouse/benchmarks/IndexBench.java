// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.index.BatchRun;
import io.dormouse.benchmarks.index.Curve;
import io.dormouse.benchmarks.index.EngineName;
import io.dormouse.benchmarks.index.EngineProcess.Host;
import io.dormouse.benchmarks.index.IndexRun;
import io.dormouse.benchmarks.index.IndexSet;
import io.dormouse.benchmarks.peer.PeerCode;
import io.dormouse.benchmarks.peer.PeerJdk;
import io.dormouse.operators.namespace.DefaultCode;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.page.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
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
    private static final int ROUNDS = 31;
    private static final int QUICK_ROUNDS = 11;

    @Mixin
    private BenchOptions options;

    @Mixin
    private PeerOptions peerOptions;

    @Option(names = "--sets", split = ",", paramLabel = "SET", description = "${COMPLETION-CANDIDATES}; default: all.")
    private List<IndexSet> sets = List.of(IndexSet.values());

    @Option(
            names = "--codes",
            split = ",",
            paramLabel = "CODE",
            description = "Dormouse's codes to measure; default: INT8 and RABITQ.")
    private List<Code> codes = List.of(Code.INT8, Code.RABITQ);

    @Option(
            names = "--engines",
            split = ",",
            paramLabel = "ENGINE",
            description = "Only these, such as dormouse-int8,lucene,jvector; default: all.")
    private List<String> engines = List.of();

    @Option(
            names = "--batches",
            description = "Instead measure queries that are answered together, in batches of several sizes.")
    private boolean batches;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        if (batches) {
            return batches();
        }
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
        for (IndexSet set : options.quick ? List.of(IndexSet.SIFTSMALL) : sets) {
            measure(set, names(set), name -> name.onOwnJdk() ? own : peers, report);
        }
        return options.finish(report);
    }

    /** Each set with another code; all pages, too, where queries can share them. */
    private int batches() throws IOException {
        BenchReport report = new BenchReport("index-batches");
        TextTable table = new TextTable("us of CPU per query, batches of", "1", "4", "16", "64");
        for (IndexSet set : options.quick ? List.of(IndexSet.SIFTSMALL) : sets) {
            Code code = batchedCode(set);
            BatchRun run = new BatchRun(set, code, options.dataset(set.folder()));
            batches(set, code, run, run.probesForRecall(), table, report);
            if (code == Code.FLOAT32) {
                batches(set, code, run, run.pages(), table, report);
            }
        }
        table.print(out);
        return options.finish(report);
    }

    private void batches(IndexSet set, Code code, BatchRun run, int probes, TextTable table, BenchReport report) {
        double[] micros = run.run(probes, options.quick ? QUICK_ROUNDS : ROUNDS);
        String name = set.folder() + " " + code + ", " + probes + " of " + run.pages() + " pages";
        table.row(Stream.concat(Stream.of(name), Arrays.stream(micros).mapToObj(TextTable::number))
                .toArray(String[]::new));
        for (int i = 0; i < micros.length; i++) {
            report.figure(name + ", us of CPU per query, batches of " + BatchRun.SIZES.get(i), micros[i]);
        }
    }

    private static Code batchedCode(IndexSet set) {
        return switch (set) {
            case SIFTSMALL -> Code.FLOAT32;
            case ARXIV -> Code.INT8;
            case MNIST -> Code.RABITQ;
        };
    }

    private List<EngineName> names(IndexSet set) {
        if (!engines.isEmpty()) {
            return engines.stream().map(EngineName::new).toList();
        }
        return peerOptions.without ? EngineName.alone(codes) : EngineName.besidePeers(codes, defaultCode(set));
    }

    /** The code of a namespace for such vectors when nobody names one. */
    private static Code defaultCode(IndexSet set) {
        return DefaultCode.AUTO.choose(set.dimension(), Profile.FULL);
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
            bars(curve(EngineName.dormouse(defaultCode(set), false), curves), curve(EngineName.LUCENE, curves), report);
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

    private static Optional<Curve> curve(EngineName engine, List<Curve> curves) {
        return curves.stream().filter(curve -> curve.engine().equals(engine)).findFirst();
    }

    /** Dormouse with its default code beside Lucene with its defaults; no bars when one of them was left out. */
    private static void bars(Optional<Curve> own, Optional<Curve> lucene, BenchReport report) {
        if (own.isEmpty() || lucene.isEmpty()) {
            return;
        }
        double at95 = own.get().queriesPerSecondAt(0.95) / lucene.get().queriesPerSecondAt(0.95);
        double at99 = own.get().queriesPerSecondAt(0.99) / lucene.get().queriesPerSecondAt(0.99);
        double inserts = own.get().insertsPerSecond() / lucene.get().insertsPerSecond();
        report.bar("MNIST queries/s at recall 0.95, times Lucene's", at95, Comparison.AT_LEAST, 1.0);
        report.bar("MNIST queries/s at recall 0.99, times Lucene's", at99, Comparison.AT_LEAST, 1.4);
        report.bar("MNIST inserts/s, times Lucene's", inserts, Comparison.AT_LEAST, 2.0);
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
