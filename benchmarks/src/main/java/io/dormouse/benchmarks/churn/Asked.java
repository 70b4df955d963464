// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.state.shard.SearchAnswer;

/** Asks an index a fixed set of queries and compares its answers with exact search over what is alive. */
final class Asked {
    /** Distances of two computations of the same thing differ by less. */
    private static final double TOLERANCE = 1e-5;

    private static final float[] TARGETS = {0.6f, 0.7f, 0.8f, 0.85f, 0.9f, 0.93f, 0.95f, 0.97f, 0.98f, 0.99f, 0.995f};

    private final ChurnedIndex index;
    private final AliveRows alive;
    private final float[][] queries;
    private final int k;
    private final float[] radii;

    Asked(ChurnedIndex index, AliveRows alive, float[][] queries, int k) {
        this.index = index;
        this.alive = alive;
        this.queries = queries;
        this.k = k;
        this.radii = alive.radii(queries, k);
    }

    /** Recall, and rows scored and microseconds per query. */
    record Answered(double recall, double rowsScored, double micros) {
        /** What lies between two answers, at a recall. */
        Answered towards(Answered other, double wanted) {
            double share = (wanted - recall) / (other.recall - recall);
            return new Answered(
                    wanted,
                    rowsScored + share * (other.rowsScored - rowsScored),
                    micros + share * (other.micros - micros));
        }
    }

    Answered at(float recallTarget) {
        long found = 0;
        long wanted = 0;
        long scored = 0;
        long nanos = 0;
        for (int q = 0; q < queries.length; q++) {
            long start = System.nanoTime();
            SearchAnswer answer = index.search(queries[q], k, recallTarget);
            nanos += System.nanoTime() - start;
            scored += answer.rowsScored();
            wanted += Math.min(k, alive.size());
            for (SearchAnswer.Hit hit : answer.hits()) {
                double distance = alive.squaredDistance(
                        queries[q], Integer.parseInt(hit.item().id()));
                found += distance <= radii[q] * (1 + TOLERANCE) + TOLERANCE ? 1 : 0;
            }
        }
        return new Answered((double) found / wanted, (double) scored / queries.length, nanos / 1e3 / queries.length);
    }

    /** What a recall costs, interpolated between recall targets; NaN when none reaches it. */
    Answered atRecall(double recall) {
        Answered below = null;
        for (float target : TARGETS) {
            Answered answered = at(target);
            if (answered.recall >= recall) {
                return below == null ? answered : below.towards(answered, recall);
            }
            below = answered;
        }
        return new Answered(Double.NaN, Double.NaN, Double.NaN);
    }
}
