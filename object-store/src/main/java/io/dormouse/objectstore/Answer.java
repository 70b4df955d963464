// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An HTTP answer that a {@link Fault} may change.
 *
 * @param status the HTTP status
 * @param headers all but the length
 * @param body the bytes that are sent, not copied
 * @param promised the length that the header states
 */
public record Answer(int status, Map<String, List<String>> headers, byte[] body, long promised) {
    /** Refuses null parts and a promise below what is sent. */
    public Answer {
        Objects.requireNonNull(headers);
        if (promised < body.length) {
            throw new IllegalArgumentException("promised " + promised + " of " + body.length + " bytes");
        }
    }
}
