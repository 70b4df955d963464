// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import io.dormouse.schema.QueryResult;
import java.util.Objects;

/**
 * A result with the time it took.
 *
 * @param result as it came from the results topic
 * @param latencyNanos from handing the query to the producer until the result was decoded
 */
public record Answer(QueryResult result, long latencyNanos) {
    /** Refuses a null result. */
    public Answer {
        Objects.requireNonNull(result);
    }

    /** Milliseconds from asking to having the answer. */
    public double latencyMillis() {
        return latencyNanos / 1e6;
    }
}
