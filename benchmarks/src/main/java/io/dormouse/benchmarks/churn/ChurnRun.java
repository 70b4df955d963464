// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.benchmarks.churn.Runbook.Write;
import io.dormouse.state.shard.SearchAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Leads an index through a runbook and compares it with exact search after every step, and with a fresh one at the end. */
public final class ChurnRun {
    private static final int K = 10;

    /** Distances of two computations of the same thing differ by less. */
    private static final double TOLERANCE = 1e-5;

    private static final float[] TARGETS = {0.6f, 0.7f, 0.8f, 0.85f, 0.9f, 0.93f, 0.95f, 0.97f, 0.98f, 0.99f, 0.995f};

    private final Runbook runbook;
    private final float recallTarget;
    private final float[][] queries;

    /** @param queries how many of the runbook's queries are asked after each step */
    public ChurnRun(Runbook runbook, float recallTarget, int queries) {
        this.runbook = runbook;
        this.recallTarget = recallTarget;
        this.queries = new Random(4)
                .ints(0, runbook.set().queries().length)
                .distinct()
                .limit(queries)
                .mapToObj(q -> runbook.set().queries()[q])
                .toArray(float[][]::new);
    }

    /**
     * After one step.
     *
     * @param alive items
     * @param recall recall@10 at the fixed target
     * @param rowsScored per query
     * @param micros per query
     * @param bytesPerItem stored
     * @param pages scan pages
     * @param stepsWaiting steps of maintenance that were outstanding
     */
    public record Step(
            int alive,
            double recall,
            double rowsScored,
            double micros,
            double bytesPerItem,
            int pages,
            int stepsWaiting) {}

    /**
     * The whole run.
     *
     * @param steps after each step, the first one included
     * @param fresh an index built from what is alive in the end
     * @param rowsAtRecall rows scored per query for recall@10 of 0.95 at the end
     * @param freshRowsAtRecall the same for the fresh index
     * @param writtenPerItem bytes handed to the store per write
     * @param stepMicros median, 99th and 99.9th percentile of the steps of maintenance
     * @param stepsPerWrite steps of maintenance per write
     */
    public record Outcome(
            List<Step> steps,
            Step fresh,
            double rowsAtRecall,
            double freshRowsAtRecall,
            double writtenPerItem,
            double[] stepMicros,
            double stepsPerWrite) {}

    public Outcome run() {
        AliveRows alive = new AliveRows(runbook);
        ChurnedIndex index = new ChurnedIndex(runbook, recallTarget);
        List<Step> steps = new ArrayList<>();
        long writes = 0;
        for (List<Write> step : runbook.steps()) {
            for (Write write : step) {
                alive.apply(write);
                index.apply(write);
                writes++;
            }
            steps.add(measure(index, alive));
        }
        ChurnedIndex fresh = new ChurnedIndex(runbook, recallTarget);
        alive.shuffled().forEach(fresh::apply);
        Step freshly = measure(fresh, alive);
        float[] radii = alive.radii(queries, K);
        return new Outcome(
                steps,
                freshly,
                rowsAt(0.95, index, alive, radii),
                rowsAt(0.95, fresh, alive, radii),
                (double) index.bytesWritten() / writes,
                new double[] {index.stepMicros(0.5), index.stepMicros(0.99), index.stepMicros(0.999)},
                (double) index.steps() / writes);
    }

    private Step measure(ChurnedIndex index, AliveRows alive) {
        double[] asked = ask(index, alive, alive.radii(queries, K), recallTarget);
        int waiting = index.settle();
        double bytes = (double) index.storedBytes() / alive.size();
        return new Step(alive.size(), asked[0], asked[1], asked[2], bytes, index.pages(), waiting);
    }

    /** Recall, rows scored and microseconds per query. */
    private double[] ask(ChurnedIndex index, AliveRows alive, float[] radii, float target) {
        long found = 0;
        long wanted = 0;
        long scored = 0;
        long nanos = 0;
        for (int q = 0; q < queries.length; q++) {
            long start = System.nanoTime();
            SearchAnswer answer = index.search(queries[q], K, target);
            nanos += System.nanoTime() - start;
            scored += answer.rowsScored();
            wanted += Math.min(K, alive.size());
            for (SearchAnswer.Hit hit : answer.hits()) {
                double distance = alive.squaredDistance(
                        queries[q], Integer.parseInt(hit.item().id()));
                found += distance <= radii[q] * (1 + TOLERANCE) + TOLERANCE ? 1 : 0;
            }
        }
        return new double[] {(double) found / wanted, (double) scored / queries.length, nanos / 1e3 / queries.length};
    }

    /** Rows scored per query for a recall, interpolated between targets. */
    private double rowsAt(double recall, ChurnedIndex index, AliveRows alive, float[] radii) {
        double[] below = null;
        for (float target : TARGETS) {
            double[] asked = ask(index, alive, radii, target);
            if (asked[0] >= recall) {
                double share = below == null ? 1 : (recall - below[0]) / (asked[0] - below[0]);
                return below == null ? asked[1] : below[1] + share * (asked[1] - below[1]);
            }
            below = asked;
        }
        return Double.NaN;
    }
}
