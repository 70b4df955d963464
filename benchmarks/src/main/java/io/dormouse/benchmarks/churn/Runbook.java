// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.state.kernel.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What happens to a set of vectors, step by step, in the style of the streaming track of the big-ann-benchmarks (NeurIPS
 * 2023): insertions and deletions, then a search.
 *
 * @param name for tables and figures
 * @param set where vectors and queries come from
 * @param metric how they are compared
 * @param steps writes of each step; the first step fills the index
 */
public record Runbook(String name, VectorSet set, Metric metric, List<List<Write>> steps) {
    private static final int WINDOW = 30_000;
    private static final int REPLACED = 40_000;
    private static final int REPLACE_STEPS = 20;
    private static final int LABELS = 10;

    /**
     * One write.
     *
     * @param item whose
     * @param row vector of the set that the item has from now on, or {@link #DELETE}
     */
    public record Write(int item, int row) {
        static final int DELETE = -1;

        static Write delete(int item) {
            return new Write(item, DELETE);
        }
    }

    /** Papers in time order; the oldest leave as new ones come. */
    public static Runbook slidingWindow(VectorSet arxiv, double scale) {
        int window = (int) (WINDOW * scale);
        int slide = window / 6;
        List<List<Write>> steps = new ArrayList<>();
        steps.add(inserts(0, window));
        for (int at = window; at + slide <= arxiv.base().length * scale; at += slide) {
            List<Write> step = new ArrayList<>(2 * slide);
            for (int i = at; i < at + slide; i++) {
                step.add(new Write(i, i));
                step.add(Write.delete(i - window));
            }
            steps.add(step);
        }
        return new Runbook("arxiv sliding window", arxiv, Metric.COSINE, steps);
    }

    /** Digits that come one after the other: all zeros, then all ones, and so on. */
    public static Runbook byLabel(VectorSet mnist, byte[] labels, double scale) {
        int rows = (int) (mnist.base().length * scale);
        int[] order = IntStream.range(0, rows)
                .boxed()
                .sorted(Comparator.comparingInt(row -> labels[row]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<List<Write>> steps = new ArrayList<>();
        for (int label = 0; label < LABELS; label++) {
            int wanted = label;
            steps.add(Arrays.stream(order)
                    .filter(row -> labels[row] == wanted)
                    .mapToObj(row -> new Write(row, row))
                    .toList());
        }
        return new Runbook("mnist by label", mnist, Metric.L2, steps);
    }

    /** A tenth of the items gets other vectors in every step, at random. */
    public static Runbook replacement(VectorSet arxiv, double scale) {
        int items = (int) (REPLACED * scale);
        Random random = new Random(1);
        List<List<Write>> steps = new ArrayList<>();
        steps.add(inserts(0, items));
        for (int step = 0; step < REPLACE_STEPS; step++) {
            steps.add(random.ints(items / 10, 0, items)
                    .mapToObj(item -> new Write(item, random.nextInt(arxiv.base().length)))
                    .toList());
        }
        return new Runbook("arxiv random replace", arxiv, Metric.COSINE, steps);
    }

    /** Half of the items go, at random, and come back, again and again. */
    public static Runbook deleteAndReinsert(VectorSet arxiv, double scale) {
        int items = (int) (REPLACED * scale);
        Random random = new Random(2);
        List<List<Write>> steps = new ArrayList<>();
        steps.add(inserts(0, items));
        for (int round = 0; round < 4; round++) {
            int[] half = random.ints(0, items).distinct().limit(items / 2).toArray();
            steps.add(Arrays.stream(half).mapToObj(Write::delete).toList());
            steps.add(
                    Arrays.stream(half).mapToObj(item -> new Write(item, item)).toList());
        }
        return new Runbook("arxiv delete and re-insert", arxiv, Metric.COSINE, steps);
    }

    /** Papers, once. */
    public static Runbook filled(VectorSet arxiv, double scale) {
        List<Write> step = inserts(0, (int) (arxiv.base().length * scale));
        return new Runbook("arxiv filled", arxiv, Metric.COSINE, List.of(step));
    }

    private static List<Write> inserts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> new Write(i, i)).toList();
    }
}
