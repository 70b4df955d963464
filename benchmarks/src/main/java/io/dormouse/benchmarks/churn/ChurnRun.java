// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.benchmarks.churn.Runbook.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Leads an index through a runbook and compares it with exact search after every step, and with a fresh one at the end. */
public final class ChurnRun {
    private static final int K = 10;

    /** Recall at which costs are compared. */
    private static final double RECALL = 0.95;

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
        return new Outcome(
                steps,
                freshly,
                new Asked(index, alive, queries, K).atRecall(RECALL).rowsScored(),
                new Asked(fresh, alive, queries, K).atRecall(RECALL).rowsScored(),
                (double) index.bytesWritten() / writes,
                new double[] {index.stepMicros(0.5), index.stepMicros(0.99), index.stepMicros(0.999)},
                (double) index.steps() / writes);
    }

    private Step measure(ChurnedIndex index, AliveRows alive) {
        Asked.Answered asked = new Asked(index, alive, queries, K).at(recallTarget);
        int waiting = index.settle();
        double bytes = (double) index.storedBytes() / alive.size();
        return new Step(
                alive.size(), asked.recall(), asked.rowsScored(), asked.micros(), bytes, index.pages(), waiting);
    }
}
