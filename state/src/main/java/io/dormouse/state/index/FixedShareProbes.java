// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/**
 * Probes a number of pages that grows with the square root of their count and with how much recall is asked for:
 * {@code factor / sqrt(1 - recallTarget + slack) * sqrt(pages)}, at least a floor, at most all. It needs no training; a
 * planner calibrated on the shard's own queries takes its place behind the same seam.
 */
public final class FixedShareProbes implements ProbePlanner {
    private static final int PROBES_MIN = 8;
    private static final double FACTOR = 0.30;
    private static final double SLACK = 0.005;

    @Override
    public int pagesToProbe(int pages, float recallTarget) {
        if (recallTarget >= 1f) {
            return pages;
        }
        double wanted = FACTOR / Math.sqrt(1 - recallTarget + SLACK) * Math.sqrt(pages);
        return Math.min(pages, Math.max(PROBES_MIN, (int) Math.ceil(wanted)));
    }
}
