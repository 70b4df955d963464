// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A Kafka broker and how clients are let in. Every client of the launcher gets its settings from here. The text form shows
 * the address alone: properties hold passwords.
 *
 * @param bootstrap its address, host:port, several separated by commas
 * @param properties settings of Kafka clients, such as {@code security.protocol} and {@code sasl.jaas.config}
 */
public record Broker(String bootstrap, Map<String, String> properties) {
    public Broker {
        Objects.requireNonNull(bootstrap, "bootstrap");
        properties = Map.copyOf(properties);
    }

    /** A broker that lets everybody in. */
    public static Broker at(String bootstrap) {
        return new Broker(bootstrap, Map.of());
    }

    /** Settings of a client: those given, which the broker's own do not replace. */
    public Map<String, Object> client(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putAll(settings);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        return all;
    }

    /** What to say of a client's failure: how to be let in, or how to reach it at all. */
    RuntimeException explained(Exception failure) {
        if (failure instanceof AuthenticationException) {
            return new IllegalStateException(
                    "the Kafka broker at " + bootstrap + " and this client did not agree on who they are: "
                            + failure.getMessage()
                            + ": check user, password and certificates in the file given with --kafka-config",
                    failure);
        }
        if (failure instanceof TimeoutException) {
            return new IllegalStateException(
                    "no Kafka broker answered at " + bootstrap + " in time (" + failure.getMessage()
                            + "): check the address given with --bootstrap, give --kafka-config if it wants TLS or a"
                            + " password, or start a stack with ./dormouse up",
                    failure);
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }

    @Override
    public String toString() {
        return bootstrap;
    }
}
