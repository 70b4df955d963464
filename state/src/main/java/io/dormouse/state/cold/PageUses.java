// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.util.Arrays;

/**
 * When raw pages were last used, roughly, in a fixed amount of heap whatever there is of them.
 *
 * <p>Each page has one of {@value #SLOTS} slots, by its hash, and a slot says in which window of time any of its pages was
 * used last, two bytes each. So it survives that a shard leaves the heap, and noting a use costs one write. Pages that share a slot seem
 * younger than they are and go cold later; none ever seems older. What was used before the operator started is unknown, and
 * counts as used then.
 */
public final class PageUses {
    private static final int SLOTS = 1 << 20;

    /** Older slots are kept at this age, so that 16 bits tell windows apart; it is looked after every so many windows. */
    private static final int WINDOWS_MAX = 30_000;

    private static final int WINDOWS_TO_SWEEP = 8_192;

    /** Windows from a page's use until it may go: what is measured is too short by one window at most. */
    private static final int WINDOWS_UNTIL_ELIGIBLE = 6;

    /** Window of the last use, its low 16 bits. */
    private final short[] windows = new short[SLOTS];

    private final long windowMillis;
    private final long startMillis;
    private long window;
    private long swept;

    PageUses(WarmLimits limits, long nowMillis) {
        long fine = limits.eligibleMillis() / WINDOWS_UNTIL_ELIGIBLE;
        long coarse = limits.idleMillisMax() / (WINDOWS_MAX - 2);
        this.windowMillis = Math.max(1, Math.max(fine, coarse));
        this.startMillis = nowMillis;
    }

    /** Notes that time has passed; uses belong to the window of the last call. */
    void advance(long nowMillis) {
        long now = Math.max(window, (nowMillis - startMillis) / windowMillis);
        if (now - window > WINDOWS_MAX) {
            window = now;
            swept = now;
            Arrays.fill(windows, (short) (now - WINDOWS_MAX)); // nothing was used for so long
        }
        while (now - swept >= WINDOWS_TO_SWEEP) {
            swept += WINDOWS_TO_SWEEP;
            window = swept;
            sweep();
        }
        window = now;
    }

    /** Keeps old slots from seeming young when the low half of the window comes round. */
    private void sweep() {
        short oldest = (short) (window - WINDOWS_MAX);
        for (int slot = 0; slot < SLOTS; slot++) {
            windows[slot] = age(slot) > WINDOWS_MAX ? oldest : windows[slot];
        }
    }

    private int age(int slot) {
        return (short) window - windows[slot] & 0xFFFF;
    }

    /**
     * Notes that a page is used now.
     *
     * @param shard the shard's hash
     * @param page number of the raw page
     */
    public void use(int shard, long page) {
        windows[slot(shard, page)] = (short) window;
    }

    /** How long a page has not been used for, in milliseconds: not more than it is. */
    public long idleMillis(int shard, long page) {
        return Math.max(0, age(slot(shard, page)) - 1) * windowMillis;
    }

    private static int slot(int shard, long page) {
        long hash = (page * 0x9E3779B97F4A7C15L ^ shard) * 0xD6E8FEB86659FD93L;
        return (int) (hash >>> 44);
    }
}
