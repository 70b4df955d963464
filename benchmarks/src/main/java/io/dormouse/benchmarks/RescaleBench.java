// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.rescale.RescaleRun;
import io.dormouse.benchmarks.rescale.RescaleRun.Outcome;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench rescale}: a memory that is stopped and rescaled in the middle of a stream, beside one that is not. */
@Command(
        name = "rescale",
        mixinStandardHelpOptions = true,
        description =
                "Streams all arXiv papers into a cluster of processes that goes from parallelism 1 to 2, 4 and 1 by"
                        + " savepoints in the middle of the stream, and into one that is left alone; compares the digests of"
                        + " what both hold, and their answers.")
public final class RescaleBench implements Callable<Integer> {
    private static final int QUICK_PAPERS = 10_000;

    @Mixin
    private BenchOptions options;

    @Override
    public Integer call() throws Exception {
        VectorSet set = VectorSet.arxiv(options.dataset("arxiv"));
        int papers = options.quick ? QUICK_PAPERS : set.base().length;
        BenchReport report = new BenchReport("rescale");
        try (RescaleRun run = new RescaleRun(set, papers)) {
            Outcome rescaled = run.rescaled(List.of(1, 2, 4, 1));
            System.out.println("rescaled     " + rescaled.digest().sum());
            Outcome undisturbed = run.undisturbed(2);
            System.out.println("undisturbed  " + undisturbed.digest().sum());
            long faults = rescaled.digest().faults() + undisturbed.digest().faults();
            report.bar("items", rescaled.digest().items(), Comparison.AT_LEAST, papers);
            report.bar("digests equal", rescaled.digest().equals(undisturbed.digest()) ? 1 : 0, Comparison.AT_LEAST, 1);
            report.bar("faults", faults, Comparison.AT_MOST, 0);
            report.bar("answers that differ", differing(rescaled, undisturbed), Comparison.AT_MOST, 0);
        }
        return options.finish(report);
    }

    private static long differing(Outcome one, Outcome other) {
        long differing = 0;
        for (int i = 0; i < one.answers().size(); i++) {
            differing += one.answers().get(i).equals(other.answers().get(i)) ? 0 : 1;
        }
        return differing;
    }
}
