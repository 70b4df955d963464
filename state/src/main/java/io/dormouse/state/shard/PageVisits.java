// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.Arrays;

/**
 * The order in which queries that are answered together scan their pages: all visits to a page follow each other, so that
 * it is read once and stays in the processor's cache, and pages come by the best rank that they have with any of the
 * queries, so that each query meets its nearest pages early and can leave out more rows of the others. Scratch of one
 * thread; allocates only for more visits than before.
 */
final class PageVisits {
    /** Queries that can be told apart. */
    static final int RUNS_MAX = 64;

    private static final int RUN_BITS = 6;
    private static final int RANK_BITS = 26;
    private static final long RANK_MASK = (1L << RANK_BITS) - 1;

    /** Page, rank and run of each visit, from the highest bits down. */
    private long[] byPage = new long[1_024];
    /** Best rank of each page and its first place in {@link #byPage}. */
    private long[] pages = new long[256];

    private long[] ordered = new long[1_024];
    private int count;

    void reset() {
        count = 0;
    }

    /** A query visits a page, which is so near to it: 0 is nearest. */
    void add(int page, int rank, int run) {
        if (count == byPage.length) {
            byPage = Arrays.copyOf(byPage, 2 * count);
            ordered = new long[byPage.length];
        }
        byPage[count++] = ((long) page << RANK_BITS | rank) << RUN_BITS | run;
    }

    /** Puts the visits into order; afterwards {@link #run} and {@link #rank} tell them. */
    void arrange() {
        Arrays.sort(byPage, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || page(byPage[i]) != page(byPage[i - 1])) {
                if (distinct == pages.length) {
                    pages = Arrays.copyOf(pages, 2 * distinct);
                }
                pages[distinct++] = (byPage[i] >>> RUN_BITS & RANK_MASK) << Integer.SIZE | i;
            }
        }
        Arrays.sort(pages, 0, distinct);
        int at = 0;
        for (int p = 0; p < distinct; p++) {
            int first = (int) pages[p];
            for (int i = first; i < count && page(byPage[i]) == page(byPage[first]); i++) {
                ordered[at++] = byPage[i];
            }
        }
    }

    /** Visits. */
    int count() {
        return count;
    }

    /** The first visit after this one that is to another page. */
    int afterPage(int visit) {
        int next = visit + 1;
        while (next < count && page(ordered[next]) == page(ordered[visit])) {
            next++;
        }
        return next;
    }

    /** The query of a visit. */
    int run(int visit) {
        return (int) ordered[visit] & RUNS_MAX - 1;
    }

    /** The rank of its page with that query. */
    int rank(int visit) {
        return (int) (ordered[visit] >>> RUN_BITS & RANK_MASK);
    }

    private static long page(long visit) {
        return visit >>> RANK_BITS + RUN_BITS;
    }
}
