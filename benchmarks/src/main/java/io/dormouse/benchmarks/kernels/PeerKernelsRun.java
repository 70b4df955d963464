// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.benchmarks.peer.PeerCode;
import io.dormouse.benchmarks.peer.PeerJdk;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link PeerKernelsBenchmark} in rounds, all engines on the second JDK, each in a JVM of its own. In a round the
 * engines take their turns directly after each other; ratios are taken within a round.
 */
public final class PeerKernelsRun {
    private static final List<Entry> ENTRIES = List.of(
            new Entry(RowFunction.FLOAT32, Contestant.DORMOUSE_PAGE),
            new Entry(RowFunction.FLOAT32, Contestant.DORMOUSE_ROW),
            new Entry(RowFunction.FLOAT32, Contestant.LUCENE),
            new Entry(RowFunction.FLOAT32, Contestant.JVECTOR),
            new Entry(RowFunction.INT8, Contestant.DORMOUSE_PAGE),
            new Entry(RowFunction.INT8, Contestant.LUCENE),
            new Entry(RowFunction.ONE_BIT, Contestant.DORMOUSE_PAGE),
            new Entry(RowFunction.ONE_BIT, Contestant.LUCENE),
            new Entry(RowFunction.HAMMING, Contestant.DORMOUSE_PAGE),
            new Entry(RowFunction.HAMMING, Contestant.LUCENE),
            new Entry(RowFunction.HAMMING, Contestant.JVECTOR),
            new Entry(RowFunction.PQ, Contestant.DORMOUSE_PAGE),
            new Entry(RowFunction.PQ, Contestant.JVECTOR));

    private static final int WARM_UP_MILLIS = 150;

    /** Short, and the fastest of many is taken: one that nothing else on the machine interrupted. */
    private static final int MEASURE_MILLIS = 2;

    private final PeerJdk jdk;
    private final Path adapters;
    private final Plan plan;
    private final Map<Entry, Map<Integer, List<Double>>> nanosPerRow = new LinkedHashMap<>();
    private final Map<Contestant, String> implementations = new EnumMap<>(Contestant.class);

    /** One engine computing one function: a line of the table. */
    public record Entry(RowFunction function, Contestant contestant) {}

    /** How long and at which dimensions to measure. */
    public record Plan(int rounds, int warmUps, int measurements, List<Integer> dimensions) {
        /** Some three minutes. */
        public static Plan full() {
            return new Plan(2, 2, 60, KernelsRun.DIMENSIONS);
        }

        /** Under a minute. */
        public static Plan quick() {
            return new Plan(1, 2, 50, List.of(128, 768));
        }
    }

    /** With the compiled adapters of {@link PeerCode#compile}. */
    public PeerKernelsRun(PeerJdk jdk, Path adapters, Plan plan) {
        this.jdk = jdk;
        this.adapters = adapters;
        this.plan = plan;
    }

    /** Measures everything; takes as long as the plan says. */
    public void run() {
        for (int round = 0; round < plan.rounds(); round++) {
            for (int dimension : plan.dimensions()) {
                for (Entry entry : ENTRIES) {
                    nanosPerRow
                            .computeIfAbsent(entry, absent -> new LinkedHashMap<>())
                            .computeIfAbsent(dimension, absent -> new ArrayList<>())
                            .add(measure(entry, dimension));
                }
            }
        }
    }

    public List<Entry> entries() {
        return ENTRIES;
    }

    /** What each contestant said it runs on. */
    public Map<Contestant, String> implementations() {
        return Collections.unmodifiableMap(implementations);
    }

    public List<Integer> dimensions() {
        return plan.dimensions();
    }

    /** The median over the rounds of the nanoseconds that a row takes. */
    public double nanosPerRow(Entry entry, int dimension) {
        return median(nanosPerRow.get(entry).get(dimension));
    }

    /** The median over the rounds of how much faster Dormouse is than the faster peer of that round. */
    public double ratio(RowFunction function, Contestant own, int dimension) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            double peer = Double.POSITIVE_INFINITY;
            for (Contestant contestant : List.of(Contestant.LUCENE, Contestant.JVECTOR)) {
                Map<Integer, List<Double>> nanos = nanosPerRow.get(new Entry(function, contestant));
                peer = nanos == null
                        ? peer
                        : Math.min(peer, nanos.get(dimension).get(round));
            }
            ratios.add(peer
                    / nanosPerRow.get(new Entry(function, own)).get(dimension).get(round));
        }
        return median(ratios);
    }

    private double measure(Entry entry, int dimension) {
        Options options = new OptionsBuilder()
                .include(PeerKernelsBenchmark.class.getName() + "\\.page$")
                .param("dimension", Integer.toString(dimension))
                .param("function", entry.function().name())
                .param("contestant", entry.contestant().name())
                .forks(1)
                .shouldFailOnError(true)
                .warmupIterations(plan.warmUps())
                .warmupTime(TimeValue.milliseconds(WARM_UP_MILLIS))
                .measurementIterations(plan.measurements())
                .measurementTime(TimeValue.milliseconds(MEASURE_MILLIS))
                .jvm(jdk.java().toString())
                // Both peers ask for these. Compiling in the foreground, as a busy machine's compiler is late.
                .jvmArgs(
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-D" + PeerCode.PROPERTY + "=" + adapters,
                        "-Xbatch")
                .build();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            RunResult result = runQuietly(options, new PrintStream(said, true, StandardCharsets.UTF_8));
            noteImplementation(entry.contestant(), said.toString(StandardCharsets.UTF_8));
            double nanos = result.getPrimaryResult().getStatistics().getMin();
            return nanos / OwnScorers.rows(entry.function(), dimension);
        } catch (RunnerException e) {
            throw new IllegalStateException(entry + " failed at dimension " + dimension + ":\n" + said, e);
        }
    }

    /** JMH prints what its JVMs say where it likes, and the peers and newer JDKs say much. */
    private static RunResult runQuietly(Options options, PrintStream said) throws RunnerException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(said);
        System.setErr(said);
        try {
            return new Runner(options, OutputFormatFactory.createFormatInstance(said, VerboseMode.SILENT))
                    .run()
                    .iterator()
                    .next();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private void noteImplementation(Contestant contestant, String said) {
        said.lines()
                .filter(line -> line.startsWith(PeerKernelsBenchmark.RUNS_ON))
                .forEach(
                        line -> implementations.put(contestant, line.substring(PeerKernelsBenchmark.RUNS_ON.length())));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
