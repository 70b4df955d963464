// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.state.kernel.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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

    private static final int WARM_UPS = 4;
    private static final int WARM_UP_MILLIS = 150;
    private static final int MEASUREMENTS = 100;

    /** Short, and the fastest of many is taken: one that nothing else on the machine interrupted. */
    private static final int MEASURE_MILLIS = 4;

    private final Plan plan;
    private final Map<String, List<Double>> nanosPerRow = new LinkedHashMap<>();

    /** A scan that keeps the nearest as it goes, by what it scans, and the form that first scores the whole page. */
    public static final Map<String, String> UNFUSED = unfused();

    /** What to measure in every round, and what in the first round only. */
    public record Plan(int rounds, List<String> everyRound, List<String> once) {
        private static final List<String> BARS =
                List.of("pageFloat32", "twinFloat32", "twinFloat32Array", "pageInt8", "twinInt8");

        private static final List<String> OTHERS = List.of(
                "oneFloat32",
                "pageFloat32L2",
                "scanFloat32",
                "unfusedFloat32",
                "batchFloat32",
                "oneInt8",
                "scanInt8",
                "unfusedInt8",
                "scanFloat16",
                "scanBinary",
                "unfusedBinary",
                "scanRabitq",
                "scanPq");

        /** All benchmarks, some three minutes. */
        public static Plan full() {
            return new Plan(2, BARS, OTHERS);
        }

        /** Only what the bars need, under a minute. */
        public static Plan quick() {
            return new Plan(1, BARS, List.of());
        }

        /** Only fused and unfused scans. */
        public static Plan fused(boolean quick) {
            List<String> both = Stream.concat(UNFUSED.keySet().stream(), UNFUSED.values().stream())
                    .toList();
            return new Plan(quick ? 1 : 3, both, List.of());
        }

        List<String> benchmarks(int round) {
            return round == 0
                    ? Stream.concat(everyRound.stream(), once.stream()).toList()
                    : everyRound;
        }
    }

    private static Map<String, String> unfused() {
        Map<String, String> forms = new LinkedHashMap<>();
        forms.put("scanFloat32", "unfusedFloat32");
        forms.put("scanInt8", "unfusedInt8");
        forms.put("scanBinary", "unfusedBinary");
        return Collections.unmodifiableMap(forms);
    }

    public KernelsRun(Plan plan) {
        this.plan = plan;
    }

    /** Measures everything; takes as long as the plan says. */
    public void run() throws RunnerException {
        for (int round = 0; round < plan.rounds(); round++) {
            for (int dimension : DIMENSIONS) {
                measure(dimension, plan.benchmarks(round));
            }
        }
    }

    public List<String> benchmarks() {
        return plan.benchmarks(0);
    }

    /** The median over the rounds of the nanoseconds that a benchmark takes per row. */
    public double nanosPerRow(String benchmark, int dimension) {
        return median(nanosPerRow.get(key(benchmark, dimension)));
    }

    /** The median over the rounds of how much faster the kernel is than the fastest of the others in that round. */
    public double ratio(String kernel, int dimension, List<String> others) {
        List<Double> ratios = new ArrayList<>();
        int rounds = nanosPerRow.get(key(kernel, dimension)).size();
        for (int round = 0; round < rounds; round++) {
            double other = Double.POSITIVE_INFINITY;
            for (String name : others) {
                other = Math.min(other, nanosPerRow.get(key(name, dimension)).get(round));
            }
            ratios.add(other / nanosPerRow.get(key(kernel, dimension)).get(round));
        }
        return median(ratios);
    }

    private void measure(int dimension, List<String> benchmarks) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(1)
                .warmupIterations(WARM_UPS)
                .warmupTime(TimeValue.milliseconds(WARM_UP_MILLIS))
                .measurementIterations(MEASUREMENTS)
                .measurementTime(TimeValue.milliseconds(MEASURE_MILLIS))
                .param("dimension", Integer.toString(dimension))
                // Compile in the foreground: on a busy machine the warm-up would else end before the compiler did.
                .jvmArgsAppend("--add-modules=jdk.incubator.vector", "-Xbatch")
                .verbosity(VerboseMode.SILENT);
        for (String benchmark : benchmarks) {
            options.include(KernelsBenchmark.class.getName() + "\\." + benchmark + "$");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        for (RunResult result : results) {
            String benchmark = result.getPrimaryResult().getLabel();
            int queries = benchmark.startsWith("batch") ? KernelsBenchmark.BATCH : 1;
            int rows = queries * KernelsBenchmark.rows(code(benchmark), dimension);
            double nanos = result.getPrimaryResult().getStatistics().getMin() / rows;
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
