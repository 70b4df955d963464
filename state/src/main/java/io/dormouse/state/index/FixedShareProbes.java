// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/**
 * Probes a number of pages that grows with the square root of their count and with the recall that is asked for:
 * {@code PROBES_MIN + FACTOR * (1 - recallTarget)^-EXPONENT * sqrt(pages)}, at most all. It needs no training: it stands in
 * until {@link io.dormouse.state.index.probe.CalibratedProbes} has learned from the shard's own queries. The constants
 * come from {@code ./dormouse bench recall} on papers and on SIFT descriptors.
 */
public final class FixedShareProbes implements ProbePlanner {
    private static final int PROBES_MIN = 4;
    private static final double FACTOR = 0.19;
    private static final double EXPONENT = 0.6;

    @Override
    public int pagesToRank(int pages, float recallTarget, int k) {
        if (recallTarget >= 1f) {
            return pages;
        }
        double share = FACTOR * Math.pow(1 - recallTarget, -EXPONENT) * Math.sqrt(pages);
        return (int) Math.min(pages, PROBES_MIN + Math.ceil(share));
    }
}
