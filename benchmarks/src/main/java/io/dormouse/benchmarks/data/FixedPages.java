// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import io.dormouse.state.index.ProbePlanner;

/** Probes as many pages as the benchmark says, whatever recall a query asks for. */
public final class FixedPages implements ProbePlanner {
    /** Pages to probe from now on. */
    public int probes = 1;

    @Override
    public int pagesToRank(int pages, float recallTarget, int k) {
        return Math.min(pages, probes);
    }

    @Override
    public int pagesToProbe(float[] distances, int ranked, int pages, float recallTarget, int k) {
        return Math.min(pages, probes);
    }
}
