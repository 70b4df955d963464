// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/** Decides, before anything is scanned, how many of the ranked pages a query probes. */
public interface ProbePlanner {
    /**
     * Pages to probe, at most {@code pages}.
     *
     * @param pages pages of the shard
     * @param recallTarget share of the true nearest k wanted, in (0, 1]; 1 probes every page
     */
    int pagesToProbe(int pages, float recallTarget);
}
