// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.cold.WarmLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of the cold tier.
 *
 * @param path where it lies, such as {@code s3://bucket/path}; empty = there is none
 * @param warmAge how long a page must not have been used before it may go there
 * @param age how long a page must not have been used before it goes there anyway
 * @param warmBytesMax what raw pages and items of one operator instance may take above it, in bytes; 0 = any amount
 * @param segmentBytes size of a segment before compression
 * @param heapBytesMax heap of one operator instance for pages that were fetched and are needed
 * @param threads requests at a time of one operator instance
 * @param readTimeout how long reading a range may take, retries included
 */
public record ColdSettings(
        String path,
        Duration warmAge,
        Duration age,
        long warmBytesMax,
        int segmentBytes,
        long heapBytesMax,
        int threads,
        Duration readTimeout)
        implements Serializable {
    /** No cold tier. */
    public static final ColdSettings NONE = new ColdSettings(
            "", Duration.ofMinutes(1), Duration.ofMinutes(5), 0, 4 << 20, 32L << 20, 16, Duration.ofSeconds(10));

    public ColdSettings {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(warmAge, "warmAge");
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(readTimeout, "readTimeout");
    }

    /** Whether there is a cold tier. */
    public boolean exists() {
        return !path.isEmpty();
    }

    /** When pages go there; a page that must go may. */
    public WarmLimits warmLimits() {
        return new WarmLimits(Math.min(warmAge.toMillis(), age.toMillis()), age.toMillis(), warmBytesMax);
    }
}
