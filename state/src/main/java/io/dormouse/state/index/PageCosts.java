// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/**
 * What a change of pages would do to the cost of a query (Quake, OSDI 2025, section 4). The cost is the time to rank the
 * centroids and, summed over all pages, the share of queries that scan the page times the time that takes. All in
 * nanoseconds a query; a negative change pays.
 */
public final class PageCosts {
    /** A half of a split page is scanned by this share of the queries that scanned the whole: Quake's alpha. */
    static final double HALF_SHARE = 0.9;

    /** Changes that would gain less than this are not made, or pages would split and merge for ever: Quake's tau. */
    static final double GAIN_MIN_NANOS = 10;

    private PageCosts() {}

    /**
     * Whether dividing a page pays.
     *
     * @param times of scans
     * @param inHeap where the page is
     * @param share of queries that scan it
     * @param first rows of one half
     * @param second rows of the other
     * @param centroidNanos time that one more centroid costs a query
     */
    public static boolean splitPays(
            ScanTimes times, boolean inHeap, double share, int first, int second, double centroidNanos) {
        double halves = HALF_SHARE * (times.nanos(inHeap, first) + times.nanos(inHeap, second));
        double change = centroidNanos + share * (halves - times.nanos(inHeap, first + second));
        return change < -GAIN_MIN_NANOS;
    }

    /**
     * Whether giving a page's rows to its neighbours pays. Queries that scanned it will scan a neighbour instead, and those
     * that scan a neighbour anyway will find more rows there.
     *
     * @param share of queries that scan the page
     * @param rows of the page
     * @param neighbourShare of queries that scan a neighbour
     * @param neighbourRows of a neighbour
     */
    public static boolean mergePays(
            ScanTimes times,
            boolean inHeap,
            double share,
            int rows,
            double neighbourShare,
            int neighbourRows,
            double centroidNanos) {
        double before = share * times.nanos(inHeap, rows) + neighbourShare * times.nanos(inHeap, neighbourRows);
        double after = (share + neighbourShare) * times.nanos(inHeap, neighbourRows + rows);
        return after - before - centroidNanos < -GAIN_MIN_NANOS;
    }
}
