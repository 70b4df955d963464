// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

/** Who scores a page, and how. */
public enum Contestant {
    /** Dormouse, all rows of the page in one call. */
    DORMOUSE_PAGE(null),
    /** Dormouse, one row a call. */
    DORMOUSE_ROW(null),
    /** Lucene's {@code VectorUtil}, one row a call. */
    LUCENE("io.dormouse.benchmarks.peer.lucene.LuceneScorers"),
    /** JVector's {@code VectorUtil} or score function, one row a call. */
    JVECTOR("io.dormouse.benchmarks.peer.jvector.JVectorScorers");

    private final String adapter;

    Contestant(String adapter) {
        this.adapter = adapter;
    }

    /** The class of the peer's adapter, or null for Dormouse. */
    String adapter() {
        return adapter;
    }

    boolean oneByOne() {
        return this != DORMOUSE_PAGE;
    }
}
