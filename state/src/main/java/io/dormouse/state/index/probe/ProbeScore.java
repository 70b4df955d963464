// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

/**
 * How little a ranked page promises: {@code ln(rank + 1) + beta * (d_rank - d) / |d| - ln(pages) / 2 + ORIGIN}, where d is
 * the mean distance of the first {@value #REFERENCES}. Low is good, and it grows with the rank.
 *
 * <p>The share of the true nearest found in a page falls about as a power of its rank, and faster where the distances
 * rise more steeply; how much faster is {@code beta}, of which some candidates are tried side by side
 * ({@link ProbeTable}). The mean of four first distances is a steadier reference than the first alone. Pages needed grow
 * about with the root of their number, so subtracting half its logarithm lets what was learned outlive the shard's
 * growth, and be shared among shards. A relative difference, unlike a ratio, also orders negative distances (inner
 * product).
 */
final class ProbeScore {
    /** The slopes tried; with 0 the score is the rank alone, which is what a fixed number of pages is. */
    static final double[] BETAS = {0, 2, 4, 8};

    /** Scores lie in [0, BINS / BINS_PER_UNIT); what is beyond counts as out of reach. */
    static final int BINS = 160;

    static final double BINS_PER_UNIT = 8;

    /** A score that no page exceeds. */
    static final double MAX = BINS / BINS_PER_UNIT;

    private static final int REFERENCES = 4;
    private static final double ORIGIN = 6;
    private static final double DISTANCE_MIN = 1e-30;
    private static final double[] LOG = new double[1 << 12];

    static {
        for (int i = 0; i < LOG.length; i++) {
            LOG[i] = Math.log(i + 1);
        }
    }

    private ProbeScore() {}

    /** The mean of the first distances; ascending, {@code ranked >= 1} of them. */
    static double reference(float[] distances, int ranked) {
        int n = Math.min(REFERENCES, ranked);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += distances[i];
        }
        return sum / n;
    }

    /** What a distance beyond the reference adds to a score. */
    static double slope(double beta, double reference) {
        return beta / Math.max(Math.abs(reference), DISTANCE_MIN);
    }

    /** The part of every score that depends on the number of pages alone. */
    static double base(int pages) {
        return ORIGIN - Math.log(pages) / 2;
    }

    static double logRank(int rank) {
        return rank < LOG.length ? LOG[rank] : Math.log(rank + 1.0);
    }

    /** The score of a page, in [0, {@link #MAX}]. */
    static double of(int rank, float distance, double reference, double slope, double base) {
        double score = base + logRank(rank) + slope * (distance - reference);
        return Math.max(0, Math.min(MAX, score));
    }

    /** The bin of a score, in [0, {@link #BINS}]. */
    static int bin(double score) {
        return (int) (score * BINS_PER_UNIT);
    }
}
