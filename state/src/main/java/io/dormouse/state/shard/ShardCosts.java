// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageCosts;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.ScanTimes;

/**
 * Watches the queries of one shard, so that maintenance can tell what they cost: which share of them scans each page, and
 * how long that takes. Counts are halved after every {@value #WINDOW_QUERIES} queries, so old ones fade; they are in heap
 * only, and begin anew when a shard wakes.
 */
final class ShardCosts {
    /** Queries of a window. */
    static final int WINDOW_QUERIES = 1_024;

    /** One query in so many is timed. */
    private static final int TIMED = 16;

    /** Queries that must pass between two splits for the sake of cost. */
    static final int QUERIES_PER_SPLIT = 128;

    /** A page of fewer rows is never split for the sake of cost. */
    static final int SPLIT_ROWS_MIN = 64;

    /** Scans after which the share of a page is known well enough. */
    private static final double SCANS_MIN = 32;

    private static final double RANK_FADE = 0.98;

    private final ScanTimes times;
    private int window;
    private int inWindow;
    private double before;
    private double centroidNanos = Double.NaN;
    private int sinceSplit;

    ShardCosts(ScanTimes times) {
        this.times = times;
    }

    /** A query begins; true when its parts should be timed. */
    boolean begin() {
        sinceSplit++;
        if (++inWindow > WINDOW_QUERIES) {
            before = (before + WINDOW_QUERIES) / 2;
            inWindow = 1;
            window++;
        }
        return inWindow % TIMED == 1;
    }

    /** Whether the query that has just ended was the last of its window. */
    boolean windowEnds() {
        return inWindow == WINDOW_QUERIES;
    }

    /** The query ranked so many pages. */
    void ranked(long nanos, int pages) {
        double one = (double) nanos / Math.max(1, pages);
        centroidNanos = Double.isNaN(centroidNanos)
                ? one
                : RANK_FADE * centroidNanos + (1 - RANK_FADE) * Math.min(one, 4 * centroidNanos);
    }

    /** The query scans a page. */
    void scans(PageDescriptor page) {
        page.heat(window, 1);
    }

    /** A timed query has scanned a page. */
    void scanned(boolean inHeap, int rows, long nanos) {
        times.sample(inHeap, rows, nanos);
    }

    /** Share of the recent queries that scanned a page. */
    double share(PageDescriptor page) {
        return Math.min(1, page.heat(window, 0) / Math.max(1, before + inWindow));
    }

    /** Whether so many rows of a page are worth a split by what they cost, and none has been so recently. */
    boolean wantsSplit(PageDescriptor page, int rows) {
        return sinceSplit >= QUERIES_PER_SPLIT
                && rows >= SPLIT_ROWS_MIN
                && page.heat(window, 0) >= SCANS_MIN
                && splitPays(page, rows / 2, rows - rows / 2);
    }

    /** Whether a split into halves of these sizes pays. */
    boolean splitPays(PageDescriptor page, int first, int second) {
        return !Double.isNaN(centroidNanos)
                && PageCosts.splitPays(times, page.resident() != null, share(page), first, second, centroidNanos);
    }

    /** A split for the sake of cost begins. */
    void noteSplit() {
        sinceSplit = 0;
    }

    /** Whether giving the rows of a page to its neighbour and the like pays; known after some queries only. */
    boolean mergePays(PageDescriptor page, int rows, PageDescriptor neighbour, int neighbourRows) {
        return before > 0
                && PageCosts.mergePays(times, true, share(page), rows, share(neighbour), neighbourRows, centroidNanos);
    }
}
