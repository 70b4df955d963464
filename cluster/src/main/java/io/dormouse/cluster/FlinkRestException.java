// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

/** Flink did not do what it was asked for over REST; the message holds its own words. */
public final class FlinkRestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FlinkRestException(String message) {
        super(message);
    }
}
