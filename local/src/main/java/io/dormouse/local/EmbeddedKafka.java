// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Kafka broker in this process: one KRaft node that is broker and controller, on 127.0.0.1. Clients speak to it
 * over TCP as to any other.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final int NODE_ID = 1;
    /** Fixed, so that a kept folder fits the next start. */
    private static final String CLUSTER_ID = "RG9ybW91c2VMb2NhbDAwMQ";

    private final WorkDirectory directory;
    private final String bootstrap;
    private final KafkaRaftServer server;

    private EmbeddedKafka(WorkDirectory directory, String bootstrap, KafkaRaftServer server) {
        this.directory = directory;
        this.bootstrap = bootstrap;
        this.server = server;
    }

    /** Starts a broker on a free port with a temporary folder that close removes. */
    public static EmbeddedKafka start() {
        return start(WorkDirectory.temporary("dormouse-kafka"), 0);
    }

    /** Starts a broker on {@code port} (0 = any free one) whose logs are kept in {@code directory}. */
    public static EmbeddedKafka start(Path directory, int port) {
        return start(WorkDirectory.kept(directory), port);
    }

    static EmbeddedKafka start(WorkDirectory directory, int port) {
        return start(directory, port, SecurityProtocol.PLAINTEXT, Map.of());
    }

    /**
     * Starts a broker that speaks to clients in one protocol alone.
     *
     * @param security what the protocol needs: keystores, mechanisms, users
     */
    static EmbeddedKafka start(
            WorkDirectory directory, int port, SecurityProtocol protocol, Map<String, String> security) {
        Objects.requireNonNull(directory);
        int brokerPort = FreePorts.find(port);
        Map<String, String> properties = properties(directory.path(), brokerPort, FreePorts.find(0), protocol);
        properties.putAll(security);
        try {
            format(directory.path());
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(directory, "127.0.0.1:" + brokerPort, server);
        } catch (Exception e) {
            directory.close();
            throw new IllegalStateException(
                    "the embedded broker did not start on port " + brokerPort + " with folder " + directory.path()
                            + ": " + e.getMessage(),
                    e);
        }
    }

    /** The address clients connect to, as {@code host:port}. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Stops the broker, and removes its folder when that was temporary. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        directory.close();
    }

    private static void format(Path directory) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE_ID)
                .setClusterId(CLUSTER_ID)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .addDirectory(directory.toString())
                .run();
    }

    private static Map<String, String> properties(
            Path directory, int brokerPort, int controllerPort, SecurityProtocol protocol) {
        String listener = protocol + "://127.0.0.1:" + brokerPort;
        Map<String, String> properties = new HashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", String.valueOf(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        properties.put("listeners", listener + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", listener);
        properties.put("listener.security.protocol.map", protocol + ":" + protocol + ",CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", protocol.toString());
        properties.put("log.dirs", directory.toString());
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
