// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.state.kernel.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link KernelsBenchmark} in rounds. In a round every benchmark of a dimension gets one JVM of its own, directly
 * after each other, so that a kernel and its twin see the same machine; ratios are taken within a round.
 */
public final class KernelsRun {
    /** The dimensions measured. */
    public static final List<Integer> DIMENSIONS = List.of(128, 384, 768, 1536);

    private final Plan plan;
    private final Map<String, List<Double>> nanosPerRow = new LinkedHashMap<>();

    /** How long and what to measure. */
    public record Plan(
            int rounds, int warmUps, int warmUpMillis, int measurements, int measureMillis, List<String> benchmarks) {
        private static final List<String> BARS =
                List.of("pageFloat32", "twinFloat32", "twinFloat32Array", "pageInt8", "twinInt8");

        private static final List<String> ALL = List.of(
                "oneFloat32",
                "pageFloat32",
                "pageFloat32L2",
                "scanFloat32",
                "unfusedFloat32",
                "batchFloat32",
                "twinFloat32",
                "twinFloat32Array",
                "twinFloat32Four",
                "oneInt8",
                "pageInt8",
                "scanInt8",
                "unfusedInt8",
                "scanFloat16",
                "scanBinary",
                "twinInt8",
                "twinInt8Four",
                "scanRabitq",
                "scanPq");

        /** All benchmarks, some minutes. */
        public static Plan full() {
            return new Plan(3, 5, 300, 5, 200, ALL);
        }

        /** Only what the bars need, under a minute. */
        public static Plan quick() {
            return new Plan(1, 5, 200, 3, 150, BARS);
        }
    }

    public KernelsRun(Plan plan) {
        this.plan = plan;
    }

    /** Measures everything; takes as long as the plan says. */
    public void run() throws RunnerException {
        for (int round = 0; round < plan.rounds(); round++) {
            for (int dimension : DIMENSIONS) {
                measure(dimension);
            }
        }
    }

    public List<String> benchmarks() {
        return plan.benchmarks();
    }

    /** The median over the rounds of the nanoseconds that a benchmark takes per row. */
    public double nanosPerRow(String benchmark, int dimension) {
        return median(nanosPerRow.get(key(benchmark, dimension)));
    }

    /** The median over the rounds of how much faster the kernel is than the fastest of its twins in that round. */
    public double ratio(String kernel, int dimension, List<String> twins) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            double twin = Double.POSITIVE_INFINITY;
            for (String name : twins) {
                twin = Math.min(twin, nanosPerRow.get(key(name, dimension)).get(round));
            }
            ratios.add(twin / nanosPerRow.get(key(kernel, dimension)).get(round));
        }
        return median(ratios);
    }

    private void measure(int dimension) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupIterations(plan.warmUps())
                .warmupTime(TimeValue.milliseconds(plan.warmUpMillis()))
                .measurementIterations(plan.measurements())
                .measurementTime(TimeValue.milliseconds(plan.measureMillis()))
                .param("dimension", Integer.toString(dimension))
                // Compile in the foreground: on a busy machine the warm-up would else end before the compiler did.
                .jvmArgsAppend("--add-modules=jdk.incubator.vector", "-Xbatch")
                .verbosity(VerboseMode.SILENT);
        for (String benchmark : plan.benchmarks()) {
            options.include(KernelsBenchmark.class.getName() + "\\." + benchmark + "$");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        for (RunResult result : results) {
            String benchmark = result.getPrimaryResult().getLabel();
            int queries = benchmark.startsWith("batch") ? KernelsBenchmark.BATCH : 1;
            int rows = queries * KernelsBenchmark.rows(code(benchmark), dimension);
            double nanos = result.getPrimaryResult().getScore() / rows;
            nanosPerRow
                    .computeIfAbsent(key(benchmark, dimension), absent -> new ArrayList<>())
                    .add(nanos);
        }
    }

    private static Code code(String benchmark) {
        return Stream.of(Code.INT8, Code.RABITQ, Code.PQ, Code.FLOAT16, Code.BINARY)
                .filter(code -> benchmark.toUpperCase(Locale.ROOT).contains(code.name()))
                .findFirst()
                .orElse(Code.FLOAT32);
    }

    private static String key(String benchmark, int dimension) {
        return benchmark + "/" + dimension;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
