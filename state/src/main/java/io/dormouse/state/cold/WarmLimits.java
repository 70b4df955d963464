// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

/**
 * When pages leave the warm tier (SPEC rows DP4, HA2). A page that was used within {@code eligibleMillis} stays. From then
 * on it goes when room is needed or when it is unimportant, and after {@code idleMillisMax} it goes anyway.
 *
 * @param eligibleMillis time without use after which a page may go, in milliseconds
 * @param idleMillisMax time without use after which a page must go, in milliseconds; at least the former
 * @param bytesMax what raw pages and items of one operator instance may take in the warm tier, in bytes; 0 = any amount
 */
public record WarmLimits(long eligibleMillis, long idleMillisMax, long bytesMax) {
    /** No bound in bytes. */
    public static final WarmLimits DEFAULT = new WarmLimits(60_000, 300_000, 0);

    public WarmLimits {
        if (eligibleMillis < 1 || idleMillisMax < eligibleMillis || bytesMax < 0) {
            throw new IllegalArgumentException("warm tier: eligible after " + eligibleMillis + " ms, idle for at most "
                    + idleMillisMax + " ms, at most " + bytesMax
                    + " bytes: expected 1 <= eligible <= idle and no negative size");
        }
    }

    /** How often the pages of a shard are looked at, in milliseconds: as often as it takes to find room in time. */
    public long passMillis() {
        return bytesMax > 0 ? eligibleMillis : idleMillisMax;
    }
}
