// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.adaptive;

import io.dormouse.benchmarks.adaptive.Asked.Sum;
import io.dormouse.benchmarks.data.HeapMemory;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.local.data.ExactSearch;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.RecallSampling;
import java.util.Arrays;
import java.util.List;

/**
 * Pages probed by calibrated planning and by fixed numbers, while rows arrive. In each window the queries to fit are sampled by
 * the memory itself, with the target that is judged; then other queries are asked of a memory that wakes with what was
 * learned, and of one with a fixed number of probes, both over the same pages.
 */
public final class AdaptiveRun {
    /** The recall at which pages are compared. */
    public static final float TARGET = 0.95f;

    private static final float[] TARGETS = {0.88f, 0.91f, 0.93f, TARGET, 0.97f, 0.98f};
    private static final int[] FIXED = {1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 48, 64, 96};
    private static final long MILLIS_BETWEEN_LOOKS = 1_000;

    private final float[][] base;
    private final HeapMemory memory;
    private final Sum[] calibrated = new Sum[TARGETS.length];
    private final Sum[] fixed = new Sum[FIXED.length];
    private int inserted;
    private long nowMillis;

    /**
     * What one window showed.
     *
     * @param rows rows inserted
     * @param pages pages of the shard
     * @param queries queries measured
     * @param recall recall of queries that asked for {@link #TARGET}
     * @param probes pages that they probed in the mean
     * @param fixedProbes pages that a fixed number of probes needs for the same recall in this window
     * @param liveRecall recall as the memory measured it while the fitted queries were sampled
     * @param liveRecallLowerBound its lower bound
     */
    public record Measured(
            int rows,
            int pages,
            int queries,
            double recall,
            double probes,
            double fixedProbes,
            double liveRecall,
            double liveRecallLowerBound) {}

    public AdaptiveRun(float[][] base, Metric metric) {
        this.base = base;
        NamespaceSettings settings = NamespaceSettings.of(base[0].length, metric, Code.INT8, 1, TARGET);
        int pageBytes = (int) RetrievalOptions.SCAN_PAGE_BYTES.defaultValue().getBytes();
        memory = new HeapMemory(settings, pageBytes, new FixedShareProbes(), new RecallSampling(1, 1), this::later);
        Arrays.fill(calibrated, Sum.NONE);
        Arrays.fill(fixed, Sum.NONE);
    }

    /** Time passes fast enough for every sample that is wanted. */
    private long later() {
        nowMillis += MILLIS_BETWEEN_LOOKS;
        return nowMillis;
    }

    /** Inserts what came in a window, fits, and measures. */
    public Measured run(Window window) {
        for (; inserted < window.rows(); inserted++) {
            memory.upsert(inserted, HeapMemory.bytes(base[inserted]));
        }
        memory.drain();
        for (float[] query : window.fitted()) {
            memory.sample(HeapMemory.bytes(query), Asked.K, TARGET);
        }
        ExactSearch exact = new ExactSearch(Arrays.copyOf(base, inserted), ExactSearch.Metric.L2);
        return measure(new Asked(window.measured(), exact), window.measured().size());
    }

    private Measured measure(Asked asked, int queries) {
        HeapMemory planned = memory.reader(new FixedShareProbes(), true);
        Sum atTarget = Sum.NONE;
        for (int i = 0; i < TARGETS.length; i++) {
            Sum sum = asked.of(planned, TARGETS[i]);
            calibrated[i] = calibrated[i].plus(sum);
            atTarget = TARGETS[i] == TARGET ? sum : atTarget;
        }
        FixedNumber number = new FixedNumber();
        HeapMemory plain = memory.reader(number, false);
        Curve here = new Curve();
        for (int i = 0; i < FIXED.length; i++) {
            number.setProbes(FIXED[i]);
            Sum sum = asked.of(plain, TARGET);
            fixed[i] = fixed[i].plus(sum);
            here.add(sum.meanPages(), sum.recall());
        }
        return new Measured(
                inserted,
                memory.shard().pages(),
                queries,
                atTarget.recall(),
                atTarget.meanPages(),
                here.pagesAt(atTarget.recall()),
                memory.shard().liveRecall().mean(),
                memory.shard().liveRecall().lowerBound());
    }

    /** Mean pages over all windows of a target, at {@link #TARGET} recall. */
    public double calibratedPages() {
        return curve(calibrated).pagesAt(TARGET);
    }

    /** Pages of the one fixed number for all windows, at {@link #TARGET} recall. */
    public double fixedPages() {
        return curve(fixed).pagesAt(TARGET);
    }

    /** Recall by pages of the calibrated planner. */
    public List<double[]> calibratedCurve() {
        return curve(calibrated).points();
    }

    /** Recall by pages of fixed numbers. */
    public List<double[]> fixedCurve() {
        return curve(fixed).points();
    }

    private static Curve curve(Sum[] sums) {
        Curve curve = new Curve();
        for (Sum sum : sums) {
            curve.add(sum.meanPages(), sum.recall());
        }
        return curve;
    }
}
