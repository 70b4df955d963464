// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import java.nio.ByteBuffer;

/**
 * What samples tell of where true neighbours are: for each slope of {@link ProbeScore} a histogram over the scores of the
 * pages that held them, and one over the scores of all pages.
 *
 * <p>Probing every page up to a score finds the share of the first histogram below it, whatever the query; it costs the
 * number of pages of the second one below it. So the score to go to is a <em>quantile</em>, and of all slopes the one is
 * taken that reaches 0.95 with the fewest pages. One limit for all queries is also the cheapest way to a mean recall, as
 * it buys neighbours where a page is likeliest to hold them; by itself it probes more pages for queries whose pages are
 * hard to tell apart. Samples are exact, so what is learned does not depend on how many pages their answers probed. While
 * there are few, a higher quantile is taken, by the standard error that few have over many.
 *
 * <p>Older samples fade with a half-life of {@value #HALF_LIFE_SAMPLES} samples. Fixed size; see docs/formats.md.
 */
final class ProbeTable {
    static final int HALF_LIFE_SAMPLES = 300;

    private static final double FADE = Math.pow(0.5, 1.0 / HALF_LIFE_SAMPLES);

    /** Share of the neighbours at which slopes are compared. */
    private static final double SHARE_COMPARED = 0.95;

    /**
     * How much more the share found of one query's neighbours varies than that of one neighbour, squared: neighbours are
     * found or missed together. Measured on papers, k = 10.
     */
    private static final double VARIANCE_OF_A_QUERY = 0.45;

    /** However few samples there are, as much of what may be missed is. */
    private static final double MISSED_SHARE_MIN = 0.3;

    private static final double WEIGHT_MAX = 1 / (1 - FADE);

    /** What has faded to less is forgotten. */
    private static final float COUNT_MIN = 1e-4f;

    private static final int SLOPES = ProbeScore.BETAS.length;
    private static final int ROW = ProbeScore.BINS + 1;

    /** Largest stored form. */
    static final int STORED_BYTES_MAX = 4 + 2 * SLOPES * (4 + 4 * ROW);

    /** Share of the neighbours by slope and bin, one a sample in all; the last bin is out of reach. */
    private final float[] neighbours = new float[SLOPES * ROW];

    private final float[] pages = new float[SLOPES * ROW];
    private float weight;

    /** Samples, faded. */
    double weight() {
        return weight;
    }

    void add(ProbeSample sample) {
        fade();
        double reference = ProbeScore.reference(sample.distances(), sample.ranked());
        double base = ProbeScore.base(sample.pages());
        for (int s = 0; s < SLOPES; s++) {
            add(sample, s * ROW, reference, ProbeScore.slope(ProbeScore.BETAS[s], reference), base);
        }
    }

    private void fade() {
        fade(neighbours);
        fade(pages);
        weight = (float) (weight * FADE + 1);
    }

    private static void fade(float[] counts) {
        for (int i = 0; i < counts.length; i++) {
            float faded = (float) (counts[i] * FADE);
            counts[i] = faded < COUNT_MIN ? 0 : faded;
        }
    }

    private void add(ProbeSample sample, int row, double reference, double slope, double base) {
        float[] distances = sample.distances();
        for (int r = 0; r < sample.ranked(); r++) {
            pages[row + ProbeScore.bin(ProbeScore.of(r, distances[r], reference, slope, base))]++;
        }
        float share = 1f / sample.ranks().length;
        for (int r : sample.ranks()) {
            int bin = r >= sample.ranked()
                    ? ProbeScore.BINS
                    : ProbeScore.bin(ProbeScore.of(r, distances[r], reference, slope, base));
            neighbours[row + bin] += share;
        }
    }

    /** Takes over what another table knows, as if from at most so many samples. */
    void seed(ProbeTable other, double samplesMax) {
        if (other.weight > 0) {
            float share = (float) Math.min(1, samplesMax / other.weight);
            for (int i = 0; i < neighbours.length; i++) {
                neighbours[i] += share * other.neighbours[i];
                pages[i] += share * other.pages[i];
            }
            weight += share * other.weight;
        }
    }

    /**
     * The limit that finds this share of the neighbours. Its slope does not depend on the share, so that a larger share
     * never means fewer pages for any query.
     *
     * @param prior what is known of other shards, mixed in with this weight
     */
    ProbeLimit limit(double share, ProbeTable prior, double priorShare) {
        double samples = weight + priorShare * prior.weight;
        int slope = cheapestSlope(samples, prior, priorShare);
        double score =
                quantile(slope * ROW, careful(share, independent(prior, priorShare)) * samples, prior, priorShare);
        return new ProbeLimit(ProbeScore.BETAS[slope], score);
    }

    /**
     * How many samples of equal weight would tell as much as these with those of the prior (Kish 1965); its own are among the
     * prior's, and so count more than those of others.
     */
    private double independent(ProbeTable prior, double priorShare) {
        if (priorShare == 0 || prior == this) {
            return weight;
        }
        double others = Math.max(0, prior.weight - weight);
        double sum = weight * (1 + priorShare) + others * priorShare;
        double squares = weight * (1 + priorShare) * (1 + priorShare) + others * priorShare * priorShare;
        return squares == 0 ? 0 : sum * sum / squares;
    }

    /** The share to take from so many samples, to find {@code share} of the neighbours of other queries; rises with it. */
    private static double careful(double share, double samples) {
        double missed = 1 - share;
        double errors = Math.sqrt(VARIANCE_OF_A_QUERY * missed * share);
        double more = errors * Math.max(0, 1 / Math.sqrt(samples) - 1 / Math.sqrt(WEIGHT_MAX));
        return 1 - Math.max(MISSED_SHARE_MIN * missed, missed - more);
    }

    private int cheapestSlope(double samples, ProbeTable prior, double priorShare) {
        int cheapest = 0;
        double fewest = Double.POSITIVE_INFINITY;
        for (int s = 0; s < SLOPES; s++) {
            double score = quantile(s * ROW, SHARE_COMPARED * samples, prior, priorShare);
            double cost = score < ProbeScore.MAX ? pagesBelow(s * ROW, score, prior, priorShare) : Double.MAX_VALUE;
            if (cost < fewest) {
                fewest = cost;
                cheapest = s;
            }
        }
        return cheapest;
    }

    /** The score below which lies so much of the neighbours; {@link ProbeScore#MAX} when that is out of reach. */
    private double quantile(int row, double wanted, ProbeTable prior, double priorShare) {
        double below = 0;
        for (int i = 0; i < ProbeScore.BINS; i++) {
            double here = neighbours[row + i] + priorShare * prior.neighbours[row + i];
            if (here > 0 && below + here >= wanted) {
                return (i + Math.max(0, wanted - below) / here) / ProbeScore.BINS_PER_UNIT;
            }
            below += here;
        }
        return ProbeScore.MAX;
    }

    private double pagesBelow(int row, double score, ProbeTable prior, double priorShare) {
        double below = 0;
        double bins = score * ProbeScore.BINS_PER_UNIT;
        for (int i = 0; i < bins; i++) {
            double here = pages[row + i] + priorShare * prior.pages[row + i];
            below += here * Math.min(1, bins - i);
        }
        return below;
    }

    void write(ByteBuffer body) {
        body.putFloat(weight);
        for (int s = 0; s < SLOPES; s++) {
            write(neighbours, s * ROW, body);
            write(pages, s * ROW, body);
        }
    }

    /** Zero bins at both ends are left out. */
    private static void write(float[] counts, int row, ByteBuffer body) {
        int first = 0;
        int end = ROW;
        while (first < end && counts[row + first] == 0) {
            first++;
        }
        while (end > first && counts[row + end - 1] == 0) {
            end--;
        }
        body.putShort((short) first).putShort((short) (end - first));
        for (int i = first; i < end; i++) {
            body.putFloat(counts[row + i]);
        }
    }

    /**
     * Reads a table; null when the numbers in it cannot be counts.
     *
     * @throws java.nio.BufferUnderflowException when there is too little
     */
    static ProbeTable read(ByteBuffer body) {
        ProbeTable table = new ProbeTable();
        table.weight = body.getFloat();
        boolean sound = isCount(table.weight);
        for (int s = 0; s < SLOPES && sound; s++) {
            sound = read(table.neighbours, s * ROW, body) && read(table.pages, s * ROW, body);
        }
        return sound ? table : null;
    }

    private static boolean read(float[] counts, int row, ByteBuffer body) {
        int first = body.getShort();
        int length = body.getShort();
        boolean sound = first >= 0 && length >= 0 && first + length <= ROW;
        for (int i = 0; i < length && sound; i++) {
            counts[row + first + i] = body.getFloat();
            sound = isCount(counts[row + first + i]);
        }
        return sound;
    }

    private static boolean isCount(float value) {
        return value >= 0 && value <= Float.MAX_VALUE;
    }
}
