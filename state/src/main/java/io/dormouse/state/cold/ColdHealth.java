// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

/**
 * How well object storage answers, and how far answers do without it (SPEC row HA7): the share of the last
 * {@value #WINDOW} requests that failed decides. While nothing is asked for, nothing is learned; so every
 * {@value #PROBE_ONE_IN}th query that would need cold pages asks for them at any level, and recovery needs nobody's help.
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
        /** 10 % and more: only pages in heap are searched. */
        RESIDENT_ONLY
    }

    static final int WINDOW = 256;
    private static final int PROBE_ONE_IN = 16;
    /** Fewer requests say nothing. */
    private static final int REQUESTS_MIN = 16;

    private final boolean[] failed = new boolean[WINDOW];
    private int at;
    private int requests;
    private int failures;
    private int skipped;

    /** Notes how a request ended. */
    void note(boolean succeeded) {
        failures -= failed[at] ? 1 : 0;
        failed[at] = !succeeded;
        failures += failed[at] ? 1 : 0;
        at = (at + 1) % WINDOW;
        requests = Math.min(WINDOW, requests + 1);
    }

    /** Share of the last requests that failed. */
    public double errorRate() {
        return requests == 0 ? 0 : (double) failures / requests;
    }

    /** What is done without at present. */
    public Level level() {
        if (requests < REQUESTS_MIN || errorRate() < 0.01) {
            return Level.NORMAL;
        }
        return errorRate() < 0.05
                ? Level.SMALLER_BATCHES
                : errorRate() < 0.1 ? Level.NO_COLD_READS : Level.RESIDENT_ONLY;
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
