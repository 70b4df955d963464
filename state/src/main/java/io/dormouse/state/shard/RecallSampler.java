// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.probe.RecallEstimate;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Live recall (SPEC row UX8): takes some of the answered queries and has them run again exactly, one at a time and in small
 * steps behind all other work, within a {@link SampleBudget}. One for all shards of an operator.
 */
public final class RecallSampler {
    private static final double LIVE_HALF_LIFE_SAMPLES = 200;
    private static final double PROBES_FADE = 1e-3;

    /** At most so many queries are let pass when a sample could begin, so that no rhythm of theirs is met. */
    private static final int PASSED_MAX = 8;

    private final StepQueue steps;
    private final SampleBudget budget;
    private final RerunScratch scratch;
    private final ProbePriors priors = new ProbePriors();
    private final RecallEstimate live = new RecallEstimate(LIVE_HALF_LIFE_SAMPLES);
    private final long seed;

    private RecallRerun running;
    private long begun;
    private int toPass;
    private long samples;
    private long bytesRead;
    private double probesMean = Double.NaN;

    RecallSampler(RecallSampling sampling, StepQueue steps, VectorKernels kernels, LongSupplier clockMillis) {
        this.steps = Objects.requireNonNull(steps, "steps");
        this.budget = new SampleBudget(sampling.share(), clockMillis);
        this.seed = sampling.seed();
        this.scratch = new RerunScratch(kernels);
        this.toPass = nextToPass();
    }

    ProbePriors priors() {
        return priors;
    }

    RerunScratch scratch() {
        return scratch;
    }

    /** Notes how many pages a query probed. */
    void noteProbes(int probes) {
        probesMean = Double.isNaN(probesMean) ? probes : probesMean + PROBES_FADE * (probes - probesMean);
    }

    /** Whether the query that has just been answered is to be run again. */
    boolean wantsOne() {
        if (running != null || !budget.allows()) {
            return false;
        }
        if (toPass > 0) {
            toPass--;
            return false;
        }
        toPass = nextToPass();
        return true;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014) of the number of the sample. */
    private int nextToPass() {
        long z = seed + ++begun * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (int) ((z ^ (z >>> 31)) & (PASSED_MAX - 1));
    }

    void begin(RecallRerun rerun) {
        running = rerun;
        queueStep();
    }

    private void queueStep() {
        steps.add(Urgency.RECALL_SAMPLE, () -> {
            boolean more = running.step();
            bytesRead += running.bytesOfStep();
            budget.spend(running.costOfStep());
            if (more) {
                queueStep();
            } else {
                running = null;
            }
        });
    }

    /** A sample is complete. */
    void sampled(double recall) {
        live.add(recall);
        samples++;
    }

    /** Measured recall of the queries answered lately, over all shards. */
    public RecallEstimate live() {
        return live;
    }

    /** Queries run again since the operator started. */
    public long samples() {
        return samples;
    }

    /** Bytes of pages that they read. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Mean number of pages that queries below a target of 1 probed lately; NaN before the first. */
    public double probesMean() {
        return probesMean;
    }
}
