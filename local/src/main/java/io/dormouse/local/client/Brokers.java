// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import java.time.Duration;

/** What to say when a broker does not answer. */
final class Brokers {
    private Brokers() {}

    static IllegalStateException unreachable(String bootstrap, Duration waited, Throwable cause) {
        return new IllegalStateException(
                "no Kafka broker answered at " + bootstrap + " within " + waited.toSeconds()
                        + " s: check the address given with --bootstrap, or start a stack with ./dormouse up",
                cause);
    }
}
