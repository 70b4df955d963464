// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.cluster.BrokerSettings;
import io.dormouse.process.FreePorts;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        Map<String, String> properties =
                BrokerSettings.properties(directory.path(), brokerPort, FreePorts.find(0), protocol.toString());
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
                .setNodeId(BrokerSettings.NODE_ID)
                .setClusterId(BrokerSettings.CLUSTER_ID)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .addDirectory(directory.toString())
                .run();
    }
}
