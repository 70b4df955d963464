// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.adaptive;

import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.ProbePlanner;

/** Probes the same number of pages in every query, of a ranking as good as the calibrated planner's. */
final class FixedNumber implements ProbePlanner {
    private final ProbePlanner ranking = new FixedShareProbes();
    private int probes;

    void setProbes(int probes) {
        this.probes = probes;
    }

    @Override
    public int pagesToRank(int pages, float recallTarget, int k) {
        return Math.max(Math.min(pages, probes), ranking.pagesToRank(pages, recallTarget, k));
    }

    @Override
    public int pagesToProbe(float[] distances, int ranked, int pages, float recallTarget, int k) {
        return Math.min(pages, probes);
    }
}
