// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

/**
 * Bounds of the cold tier of one operator.
 *
 * @param fetchesMax ranges that may be under way; more are refused, and answers that needed them are partial. Queries that begin to need
 *     some are refused as a whole from three quarters on, of this and of the next
 * @param heldBytesMax heap for ranges that were fetched and not yet taken
 * @param attempts how often a fetch is tried
 * @param backoffMillis wait after the first failed attempt; doubled after each further one
 * @param failureMillis how long a range that could not be fetched is not asked for again
 * @param segmentBytes size at which a segment is stored, before compression
 * @param threads requests to object storage at a time
 */
public record ColdLimits(
        int fetchesMax,
        long heldBytesMax,
        int attempts,
        long backoffMillis,
        long failureMillis,
        int segmentBytes,
        int threads) {
    /** Sensible bounds. */
    public static final ColdLimits DEFAULT = new ColdLimits(1_024, 32L << 20, 3, 50, 2_000, 4 << 20, 16);

    public ColdLimits {
        atLeast(1, fetchesMax, "fetches under way");
        atLeast(1, heldBytesMax, "bytes held");
        atLeast(1, attempts, "attempts");
        atLeast(0, backoffMillis, "backoff, in milliseconds,");
        atLeast(0, failureMillis, "time that failures are remembered, in milliseconds,");
        atLeast(1, segmentBytes, "bytes of a segment");
        atLeast(1, threads, "threads");
    }

    /** The same with other bounds in bytes, and another number of threads. */
    public ColdLimits with(long heldMax, int segment, int requests) {
        return new ColdLimits(fetchesMax, heldMax, attempts, backoffMillis, failureMillis, segment, requests);
    }

    private static void atLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " of the cold tier is " + value + "; expected at least " + least);
        }
    }
}
