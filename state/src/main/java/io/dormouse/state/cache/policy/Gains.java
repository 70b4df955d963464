// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

/**
 * What each shadow has gained lately, and which leads. Sums decay by 1/e in four turnovers of the cache; instead of
 * shrinking them, newer gains count more.
 */
final class Gains {
    private static final double TURNOVERS = 4;
    private static final double TURNOVER_MIN = 64;
    private static final double UNIT_MAX = 1e100;

    /** Standard deviations by which a shadow must be ahead to take the lead. */
    private static final double DEVIATIONS = 1;

    private final double[] sums;
    private final double[] squares;
    private double unit = 1;
    private double growth = 1;
    private int leader;
    private long changes;

    Gains(int shadows) {
        sums = new double[shadows];
        squares = new double[shadows];
    }

    /** How many blocks the cache holds. */
    void setTurnover(int blocks) {
        growth = 1 + 1 / (TURNOVERS * Math.max(TURNOVER_MIN, blocks));
    }

    /** An access has come. */
    void age() {
        unit *= growth;
        if (unit > UNIT_MAX) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] /= unit;
                squares[i] /= unit;
            }
            unit = 1;
        }
    }

    /** A shadow held the block that was asked for. */
    void add(int shadow, double weight) {
        sums[shadow] += unit * weight;
        squares[shadow] += unit * weight * weight;
    }

    /** The shadow that leads now. */
    int leader() {
        int best = leader;
        for (int i = 0; i < sums.length; i++) {
            if (sums[i] > sums[best]) {
                best = i;
            }
        }
        if (best != leader) {
            double ahead = (sums[best] - sums[leader]) / unit;
            if (ahead > DEVIATIONS * Math.sqrt(squares[best] / unit + 1)) {
                leader = best;
                changes++;
            }
        }
        return leader;
    }

    long changes() {
        return changes;
    }
}
