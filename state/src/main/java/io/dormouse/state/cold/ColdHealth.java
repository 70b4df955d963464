// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.util.function.LongSupplier;

/**
 * How well object storage answers, and how far answers do without it (SPEC row HA7): the share of requests that failed
 * lately decides, where a request counts half as much every {@value #HALF_LIFE_MILLIS} milliseconds. While it is not asked
 * nothing is learned, so every {@value #PROBE_ONE_IN}th query that would need it asks at any level; and what failed is
 * forgotten with time, so that recovery needs nobody's help.
 *
 * <p>HA7 names a fourth level, answers from heap alone. Pages in RocksDB do not depend on object storage, and a failure of
 * RocksDB fails the task, so that level would only make answers worse; from 10 % on no pages are sent down instead.
 */
public final class ColdHealth {
    /** What is done without, by the share of failures. */
    public enum Level {
        /** Below 1 %: everything as usual. */
        NORMAL,
        /** Below 5 %: queries are answered in smaller batches. */
        SMALLER_BATCHES,
        /** Below 10 %: exact vectors and payloads in object storage are left out. */
        NO_COLD_READS,
        /** 10 % and more: nothing is sent there either. */
        NO_COLD_TRAFFIC
    }

    private static final double HALF_LIFE_MILLIS = 5_000;
    private static final int PROBE_ONE_IN = 16;
    /** Fewer requests say nothing. */
    private static final double REQUESTS_MIN = 8;

    /** So small a part of a failure that no share can come of it. */
    private static final double FORGOTTEN = 0.01;

    private final LongSupplier clockMillis;
    private double requests;
    private double failures;
    private volatile double shown;
    private long atMillis;
    private int skipped;

    ColdHealth(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
        this.atMillis = clockMillis.getAsLong();
    }

    /** Notes how a request ended. */
    void note(boolean succeeded) {
        fade();
        requests++;
        failures += succeeded ? 0 : 1;
        shown = requests < REQUESTS_MIN ? 0 : failures / requests;
    }

    private void fade() {
        long now = clockMillis.getAsLong();
        double rest = Math.pow(0.5, (now - atMillis) / HALF_LIFE_MILLIS);
        atMillis = now;
        requests *= rest;
        failures *= rest;
        shown = requests < REQUESTS_MIN ? 0 : failures / requests;
    }

    /** Share of requests that failed lately. */
    public double errorRate() {
        if (failures < FORGOTTEN) {
            return 0;
        }
        fade();
        return shown;
    }

    /** To be called about once a second, so that what gauges show is forgotten with time, too, when nobody asks. */
    public void look() {
        fade();
    }

    /** The share as it was last looked at, for gauges: any thread may ask. */
    public double shownErrorRate() {
        return shown;
    }

    /** What is done without at present. */
    public Level level() {
        return level(errorRate());
    }

    /** The level as it was last looked at, for gauges: any thread may ask. */
    public Level shownLevel() {
        return level(shown);
    }

    private static Level level(double rate) {
        if (rate < 0.01) {
            return Level.NORMAL;
        }
        return rate < 0.05 ? Level.SMALLER_BATCHES : rate < 0.1 ? Level.NO_COLD_READS : Level.NO_COLD_TRAFFIC;
    }

    /** Whether a query may ask for cold pages now. */
    public boolean mayFetch() {
        if (level().compareTo(Level.NO_COLD_READS) < 0) {
            return true;
        }
        skipped = (skipped + 1) % PROBE_ONE_IN;
        return skipped == 0;
    }
}
