// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The properties of a broker that is alone: one KRaft node that is broker and controller, on 127.0.0.1. */
public final class BrokerSettings {
    /** The node's number. */
    public static final int NODE_ID = 1;

    /** Fixed, so that a kept folder fits the next start. */
    public static final String CLUSTER_ID = "RG9ybW91c2VMb2NhbDAwMQ";

    private BrokerSettings() {}

    /**
     * All properties.
     *
     * @param data where its logs lie
     * @param protocol that clients speak, as Kafka names it; all but {@code PLAINTEXT} need more properties
     */
    public static Map<String, String> properties(Path data, int brokerPort, int controllerPort, String protocol) {
        String listener = protocol + "://127.0.0.1:" + brokerPort;
        Map<String, String> properties = new TreeMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", String.valueOf(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        properties.put("listeners", listener + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", listener);
        properties.put("listener.security.protocol.map", protocol + ":" + protocol + ",CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", protocol);
        properties.put("log.dirs", data.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.putAll(singleNodeTopics());
        properties.putAll(smallAndQuick());
        return properties;
    }

    /** Internal topics that can live on one node. */
    private static Map<String, String> singleNodeTopics() {
        return Map.ofEntries(
                Map.entry("default.replication.factor", "1"),
                Map.entry("min.insync.replicas", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"));
    }

    /** A broker for one machine: few threads, small buffers, no waiting for members that never come. */
    private static Map<String, String> smallAndQuick() {
        return Map.of(
                "group.initial.rebalance.delay.ms", "0",
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2",
                "log.cleaner.dedupe.buffer.size", "8388608",
                "log.segment.bytes", "134217728",
                "controlled.shutdown.enable", "false",
                "message.max.bytes", "16777216",
                "replica.fetch.max.bytes", "16777216");
    }
}
