// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

/**
 * How long it takes to scan a page of so many rows of one code and dimension, in nanoseconds: lambda of Quake (OSDI 2025,
 * section 4), for pages in heap and for pages that must be fetched. Each is a line through samples of real scans, old ones
 * fading; until there are enough, a guess from the size of a row.
 */
public final class ScanTimes {
    /** Samples before the line is fitted. */
    private static final int SAMPLES_MIN = 64;

    /** A sample counts this much after the next has come. */
    private static final double FADE = 0.999;

    /** A sample counts at most as this many times what was expected: the thread had lost its processor. */
    private static final double SURPRISE_MAX = 4;

    private static final double PAGE_NANOS_GUESS = 300;
    private static final double FETCH_NANOS_GUESS = 80_000;
    private static final double ROW_NANOS_GUESS = 2;
    private static final double BYTE_NANOS_GUESS = 0.02;

    private final Line hot;
    private final Line warm;

    /** @param rowBytes bytes of one row's code */
    public ScanTimes(int rowBytes) {
        double rowNanos = ROW_NANOS_GUESS + BYTE_NANOS_GUESS * rowBytes;
        hot = new Line(PAGE_NANOS_GUESS, rowNanos);
        warm = new Line(FETCH_NANOS_GUESS, rowNanos);
    }

    /** Notes a scan. */
    public void sample(boolean inHeap, int rows, long nanos) {
        (inHeap ? hot : warm).sample(rows, nanos);
    }

    /** The time that a scan of so many rows takes. */
    public double nanos(boolean inHeap, double rows) {
        return (inHeap ? hot : warm).at(rows);
    }

    private static final class Line {
        private double atZero;
        private double perRow;
        private long samples;
        private double weight;
        private double x;
        private double y;
        private double xx;
        private double xy;

        Line(double atZero, double perRow) {
            this.atZero = atZero;
            this.perRow = perRow;
        }

        double at(double rows) {
            return atZero + perRow * rows;
        }

        void sample(int rows, long nanos) {
            double value = samples < SAMPLES_MIN ? nanos : Math.min(nanos, SURPRISE_MAX * at(rows));
            samples++;
            weight = FADE * weight + 1;
            x = FADE * x + rows;
            y = FADE * y + value;
            xx = FADE * xx + (double) rows * rows;
            xy = FADE * xy + rows * value;
            if (samples >= SAMPLES_MIN) {
                fit();
            }
        }

        /** Least squares; a line through the mean and zero when pages are all of one size, or the slope makes no sense. */
        private void fit() {
            double meanRows = x / weight;
            double mean = y / weight;
            double variance = xx / weight - meanRows * meanRows;
            double slope = variance < 1 ? 0 : (xy / weight - meanRows * mean) / variance;
            double most = mean / Math.max(1, meanRows);
            perRow = slope > 0 ? Math.min(slope, most) : most;
            atZero = mean - perRow * meanRows;
        }
    }
}
