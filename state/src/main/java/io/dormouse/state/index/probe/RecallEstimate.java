// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index.probe;

import java.nio.ByteBuffer;

/**
 * Mean recall of the last sampled queries, with the bounds of its 95 % confidence interval (Wilson 1927). Neighbours of one
 * query are found or missed together, so they do not count as independent trials: the number of trials is the one that
 * would explain how much the recall of single queries varies, at least one and at most {@value #TRIALS_MAX} a query.
 * Before the first sample it knows nothing: NaN, between 0 and 1.
 */
public final class RecallEstimate {
    /** Bytes of its stored form. */
    static final int STORED_BYTES = 12;

    private static final double Z = 1.96;
    private static final double TRIALS_MAX = 10;
    private static final double TRIALS_MIN = 1e-3;

    private final double fade;
    private double queries;
    private double sum;
    private double squares;

    /** An estimate whose samples fade with this half-life. */
    public RecallEstimate(double halfLifeSamples) {
        fade = Math.pow(0.5, 1 / halfLifeSamples);
    }

    /** Notes that a query found this share of its true neighbours. */
    public void add(double recall) {
        queries = queries * fade + 1;
        sum = sum * fade + recall;
        squares = squares * fade + recall * recall;
    }

    /** Gives what is known so far this share of its weight. */
    void fade(double share) {
        queries *= share;
        sum *= share;
        squares *= share;
    }

    /** Sampled queries, faded. */
    public double queries() {
        return queries;
    }

    /** Mean recall; NaN when nothing is known. */
    public double mean() {
        return queries > 0 ? Math.min(1, sum / queries) : Double.NaN;
    }

    /** What recall is above with confidence. */
    public double lowerBound() {
        return bound(-Z);
    }

    /** What recall is below with confidence. */
    public double upperBound() {
        return upperBound(Z);
    }

    /** What recall is below unless the mean is off by more than so many standard errors. */
    double upperBound(double errors) {
        return bound(errors);
    }

    /** @param z standard errors above the mean */
    private double bound(double z) {
        if (queries < TRIALS_MIN) {
            return z < 0 ? 0 : 1;
        }
        double p = mean();
        double n = trials(p);
        double z2 = z * z;
        double middle = p + z2 / (2 * n);
        double half = z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return Math.max(0, Math.min(1, (middle + half) / (1 + z2 / n)));
    }

    private double trials(double p) {
        double ofOneTrial = p * (1 - p);
        double variance = squares / queries - p * p;
        if (ofOneTrial <= 0) {
            return queries;
        }
        double aQuery = variance <= 0 ? TRIALS_MAX : ofOneTrial / variance;
        return queries * Math.max(1, Math.min(TRIALS_MAX, aQuery));
    }

    void write(ByteBuffer body) {
        body.putFloat((float) queries).putFloat((float) sum).putFloat((float) squares);
    }

    /** Reads what {@link #write} wrote; false when the numbers cannot be sums of shares. */
    boolean read(ByteBuffer body) {
        queries = body.getFloat();
        sum = body.getFloat();
        squares = body.getFloat();
        return queries >= 0 && queries <= Float.MAX_VALUE && sum >= 0 && sum <= queries * 1.001 && squares >= 0;
    }
}
