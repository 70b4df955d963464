// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link DramBenchmark}: how much of what memory gives a scan of pages takes. Needs 3 GB of heap. */
public final class DramRun {
    private final Map<String, Double> gigabytesPerSecond = new LinkedHashMap<>();

    /** Measures one dimension; takes about half a minute. */
    public void run(int dimension) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(DramBenchmark.class.getName())
                .forks(1)
                .warmupIterations(2)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(4)
                .measurementTime(TimeValue.milliseconds(500))
                .param("dimension", Integer.toString(dimension))
                .jvmArgsAppend("--add-modules=jdk.incubator.vector", "-Xmx3g", "-Xms3g", "-XX:+UseParallelGC")
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            String label = result.getPrimaryResult().getLabel();
            long bytes = label.equals("readLongs") ? DramBenchmark.BYTES : DramBenchmark.codeBytes(dimension);
            gigabytesPerSecond.put(label, bytes / result.getPrimaryResult().getScore());
        }
    }

    /** GB/s of the scan. */
    public double scan() {
        return gigabytesPerSecond.get("scanPages");
    }

    /** GB/s of the faster of the plain reads. */
    public double read() {
        return Math.max(gigabytesPerSecond.get("readPages"), gigabytesPerSecond.get("readLongs"));
    }
}
