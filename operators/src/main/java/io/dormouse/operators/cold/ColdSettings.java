// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * Settings of the cold tier.
 *
 * @param path where it lies, such as {@code s3://bucket/path}; empty = there is none
 * @param age how long a page must not have been used before it goes there
 * @param segmentBytes size of a segment before compression
 * @param heapBytesMax heap of one operator instance for pages that were fetched and are needed
 * @param threads requests at a time of one operator instance
 * @param readTimeout how long reading a range may take, retries included
 */
public record ColdSettings(
        String path, Duration age, int segmentBytes, long heapBytesMax, int threads, Duration readTimeout)
        implements Serializable {
    /** No cold tier. */
    public static final ColdSettings NONE =
            new ColdSettings("", Duration.ofMinutes(5), 4 << 20, 32L << 20, 16, Duration.ofSeconds(10));

    public ColdSettings {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(readTimeout, "readTimeout");
    }

    /** Whether there is a cold tier. */
    public boolean exists() {
        return !path.isEmpty();
    }
}
