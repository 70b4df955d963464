// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer;

/** There is no JDK to run the peers on; the message says how to name one. */
public final class PeerJdkMissingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PeerJdkMissingException(String message) {
        super(message);
    }
}
