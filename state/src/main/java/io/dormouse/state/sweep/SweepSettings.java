// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.time.Duration;

/**
 * How to sweep.
 *
 * @param grace how old a segment must be that nothing refers to; longer than the longest checkpoint and restore
 * @param trashGrace how long it then lies in the trash
 * @param apply false = only say what would be done
 * @param withoutRoots whether it is right that there is no root at all
 * @param despiteMissing whether to take segments away although others are missing
 */
public record SweepSettings(
        Duration grace, Duration trashGrace, boolean apply, boolean withoutRoots, boolean despiteMissing) {
    /** Three days, and three in the trash; nothing is applied. */
    public static final SweepSettings DEFAULT =
            new SweepSettings(Duration.ofDays(3), Duration.ofDays(3), false, false, false);

    /** Refuses negative durations. */
    public SweepSettings {
        if (grace.isNegative() || trashGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "the grace period is " + grace + " and that of the trash " + trashGrace + ", expected 0 or more");
        }
    }
}
