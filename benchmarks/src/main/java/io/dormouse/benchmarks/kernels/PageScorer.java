// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

/**
 * Scores all rows of one page against one query, with one engine's function and in the form that this engine keeps rows
 * in. Peers have functions for one row, which are called row after row.
 */
@FunctionalInterface
public interface PageScorer {
    /** Writes one score for each row. */
    void score(float[] out);

    /** Makes scorers; one engine. */
    interface Engine {
        /** What the engine runs on, such as its vector width: for the report. */
        String implementation();

        /**
         * A scorer of these rows.
         *
         * @param oneByOne row after row, where the engine also has a function for many rows
         * @return null when the engine has no such function
         */
        PageScorer scorer(RowFunction function, float[][] rows, float[] query, boolean oneByOne);
    }
}
