// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.data.VectorSet;
import java.io.IOException;

/** An index for nearest neighbours, used by one thread. */
public interface IndexEngine extends AutoCloseable {
    /** What the engine runs on, such as its vector width: for the report. */
    String implementation();

    /** Gets ready for a set and takes its queries, in whatever form the engine wants them; nothing is inserted yet. */
    void open(VectorSet set, Distance distance) throws IOException;

    /** Inserts the rows, one after the other, each under its number, and makes them searchable. */
    void insert(float[][] base) throws IOException;

    /** How hard a search may try, ascending; what it means is the engine's own affair. */
    int[] efforts();

    /**
     * Finds the rows nearest to one of the set's queries.
     *
     * @param found receives their numbers; as many as it has room for are wanted
     * @return how many were found
     */
    int search(int query, int effort, int[] found) throws IOException;

    @Override
    void close() throws IOException;

    /** A peer's adapter. */
    @FunctionalInterface
    interface Opener {
        /** An empty engine, set up as its name says. */
        IndexEngine open(String name) throws IOException;
    }

    /** What nearness means for a set. */
    enum Distance {
        L2,
        /** Vectors of the set have length 1. */
        COSINE
    }
}
