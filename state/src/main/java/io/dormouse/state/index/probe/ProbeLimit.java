// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

/**
 * Up to which {@link ProbeScore} pages are probed.
 *
 * @param beta slope of the score
 * @param score the worst score that is still probed; {@link ProbeScore#MAX} = all within reach
 */
record ProbeLimit(double beta, double score) {
    /** How many of the ranked pages, at least 1, do not exceed the limit; the score rises with the rank. */
    int pagesWithin(float[] distances, int ranked, int pages) {
        if (score >= ProbeScore.MAX) {
            return ranked;
        }
        double reference = ProbeScore.reference(distances, ranked);
        double slope = ProbeScore.slope(beta, reference);
        double least = score - ProbeScore.base(pages);
        int rank = 1;
        while (rank < ranked && ProbeScore.logRank(rank) + slope * (distances[rank] - reference) <= least) {
            rank++;
        }
        return rank;
    }
}
