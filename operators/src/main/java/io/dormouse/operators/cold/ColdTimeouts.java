// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import java.time.Duration;

/**
 * How long an object store may take, all retries included.
 *
 * @param read one range, some tens of KB
 * @param put one object, some MB
 */
public record ColdTimeouts(Duration read, Duration put) {
    /** A read ends when the default deadline of a query does; a put may go over a slow line. */
    public static final ColdTimeouts DEFAULT = new ColdTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(60));

    /** Refuses durations that are not positive. */
    public ColdTimeouts {
        if (read.isNegative() || read.isZero() || put.isNegative() || put.isZero()) {
            throw new IllegalArgumentException(
                    "a cold read may take " + read + " and a put " + put + ", expected more than nothing");
        }
    }
}
