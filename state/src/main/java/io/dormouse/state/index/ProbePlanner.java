// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/** Decides, before anything is scanned, how many of the ranked pages a query probes. */
@FunctionalInterface
public interface ProbePlanner {
    /**
     * Pages to rank before {@link #pagesToProbe} is asked, at most {@code pages}.
     *
     * @param pages pages of the shard
     * @param recallTarget share of the true nearest k wanted, in (0, 1]; 1 probes every page
     * @param k nearest rows wanted, at least 1
     */
    int pagesToRank(int pages, float recallTarget, int k);

    /**
     * How many of the nearest pages to probe, at most {@code pages}: by default all that were to be ranked. A number above
     * {@code ranked} asks for so many to be ranked, and to be asked again.
     *
     * @param distances centroid distances of the nearest pages, ascending
     * @param ranked how many of them there are
     */
    default int pagesToProbe(float[] distances, int ranked, int pages, float recallTarget, int k) {
        return pagesToRank(pages, recallTarget, k);
    }
}
