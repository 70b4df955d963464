// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.benchmarks.churn.Runbook.Write;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Asks mostly about one topic, and compares what a query costs before maintenance has seen these queries and after: pages
 * that many queries scan are divided when that is cheaper.
 */
public final class SkewRun {
    private static final int K = 10;

    /** Share of the distinct queries that are about the topic, and share of the asked ones. */
    private static final double TOPIC = 0.05;

    private static final double SKEW = 0.9;
    private static final int ROUNDS = 5;

    private final Runbook runbook;
    private final float recallTarget;
    private final float[][] sample;
    private final Random random = new Random(5);
    private final float[][] topic;
    private final float[][] all;

    /** @param sampled queries that cost and recall are measured on, drawn from the skewed mix */
    public SkewRun(Runbook runbook, float recallTarget, int sampled) {
        this.runbook = runbook;
        this.recallTarget = recallTarget;
        all = runbook.set().queries();
        float[] centre = all[random.nextInt(all.length)];
        topic = Arrays.stream(all)
                .sorted(Comparator.comparingDouble(query -> -dot(query, centre)))
                .limit((int) (TOPIC * all.length))
                .toArray(float[][]::new);
        sample = IntStream.range(0, sampled).mapToObj(i -> draw()).toArray(float[][]::new);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private float[] draw() {
        float[][] from = random.nextDouble() < SKEW ? topic : all;
        return from[random.nextInt(from.length)];
    }

    /**
     * @param rows rows scored per query for recall@10 of 0.95, before and after
     * @param micros microseconds per query there
     * @param pages scan pages
     */
    public record Outcome(double[] rows, double[] micros, int[] pages) {}

    /** Fills an index, measures, asks so many queries, and measures again. */
    public Outcome run(int queries) {
        AliveRows alive = new AliveRows(runbook);
        ChurnedIndex index = new ChurnedIndex(runbook, recallTarget);
        for (Write write : runbook.steps().get(0)) {
            alive.apply(write);
            index.apply(write);
        }
        index.settle();
        Asked asked = new Asked(index, alive, sample, K);
        Outcome outcome = new Outcome(new double[2], new double[2], new int[2]);
        measure(asked, index, outcome, 0);
        for (int i = 0; i < queries; i++) {
            index.search(draw(), K, recallTarget);
            index.stepOnce();
        }
        index.settle();
        measure(asked, index, outcome, 1);
        return outcome;
    }

    private static void measure(Asked asked, ChurnedIndex index, Outcome outcome, int at) {
        outcome.pages[at] = index.pages();
        double[] micros = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Asked.Answered answered = asked.atRecall(0.95);
            outcome.rows[at] = answered.rowsScored();
            micros[round] = answered.micros();
        }
        Arrays.sort(micros);
        outcome.micros[at] = micros[ROUNDS / 2];
    }
}
