// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.access;

/**
 * The latest accesses to scan pages of one operator, in a ring of fixed size (SPEC row DP6): noting one is two writes. It is
 * advice for prefetching and for people; it is not stored.
 *
 * <p>The pattern of a page follows from the intervals between its accesses: their burstiness B = (s - m) / (s + m), with m
 * their mean and s their standard deviation, is -1 when they are equal, 0 when accesses are independent of each other
 * (Poisson), and near 1 when they come in bursts (Goh and Barabasi, Burstiness and memory in complex systems, 2008).
 */
public final class AccessLog {
    /** Accesses remembered by default; two longs each. */
    public static final int SIZE = 1 << 16;

    /** Accesses of a page below which nothing is said of its pattern. */
    private static final int ACCESSES_MIN = 5;

    /** Share of accesses with a neighbouring page right before or after from which on a page is read in sequence. */
    private static final double SEQUENTIAL_SHARE_MIN = 0.5;

    private static final double PERIODIC_BURSTINESS_MAX = -0.4;
    private static final double BURSTY_BURSTINESS_MIN = 0.3;

    private final long[] addresses;
    private final long[] millis;
    private final int mask;
    private long noted;

    /** @param size accesses to be remembered, a power of two */
    public AccessLog(int size) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("an access log of " + size + " entries; expected a power of two");
        }
        addresses = new long[size];
        millis = new long[size];
        mask = size - 1;
    }

    /**
     * Notes an access.
     *
     * @param address of the page: its shard's hash above, its number in the shard below
     * @param nowMillis milliseconds since the epoch; a clock that was set back stands still here
     */
    public void note(long address, long nowMillis) {
        int at = (int) noted & mask;
        addresses[at] = address;
        millis[at] = noted == 0 ? nowMillis : Math.max(nowMillis, millis[(int) (noted - 1) & mask]);
        noted++;
    }

    /** Accesses remembered. */
    public int size() {
        return (int) Math.min(noted, addresses.length);
    }

    /** Accesses ever noted. */
    public long noted() {
        return noted;
    }

    /** The page of the access that was so many accesses ago; 0 = the last one. */
    public long address(int ago) {
        return addresses[at(ago)];
    }

    /** When that was, in milliseconds since the epoch. */
    public long millis(int ago) {
        return millis[at(ago)];
    }

    private int at(int ago) {
        return (int) (noted - 1 - ago) & mask;
    }

    /** Accesses remembered that are at most so old: they are the last ones. */
    public int within(long nowMillis, long ageMillis) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (nowMillis - millis(middle) <= ageMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How a page is accessed, as far as is remembered; looks at the whole ring. */
    public AccessPattern pattern(long address) {
        int accesses = 0;
        int inSequence = 0;
        double sum = 0;
        double squares = 0;
        long later = 0;
        for (int ago = 0; ago < size(); ago++) {
            if (address(ago) != address) {
                continue;
            }
            if (accesses > 0) {
                double interval = later - millis(ago);
                sum += interval;
                squares += interval * interval;
            }
            later = millis(ago);
            accesses++;
            boolean after = ago + 1 < size() && address(ago + 1) == address - 1;
            boolean before = ago > 0 && address(ago - 1) == address + 1;
            inSequence += after || before ? 1 : 0;
        }
        if (accesses < ACCESSES_MIN) {
            return AccessPattern.UNKNOWN;
        }
        if (inSequence >= SEQUENTIAL_SHARE_MIN * accesses) {
            return AccessPattern.SEQUENTIAL;
        }
        return byIntervals(accesses - 1, sum, squares);
    }

    private static AccessPattern byIntervals(int intervals, double sum, double squares) {
        double mean = sum / intervals;
        double deviation = Math.sqrt(Math.max(0, squares / intervals - mean * mean));
        if (mean == 0) {
            return AccessPattern.BURSTY;
        }
        double burstiness = (deviation - mean) / (deviation + mean);
        if (burstiness <= PERIODIC_BURSTINESS_MAX) {
            return AccessPattern.PERIODIC;
        }
        return burstiness >= BURSTY_BURSTINESS_MIN ? AccessPattern.BURSTY : AccessPattern.RANDOM;
    }
}
