// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import io.dormouse.process.ClassPaths;
import io.dormouse.process.FreePorts;
import io.dormouse.process.JavaCommand;
import io.dormouse.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Kafka broker as a process. Port and data outlive {@code process().kill()} and {@code restart()}.
 *
 * @param bootstrap the address that clients connect to, {@code host:port}
 * @param process the server
 */
public record KafkaBroker(String bootstrap, ServerProcess process) implements AutoCloseable {
    private static final Duration FORMAT_TIMEOUT = Duration.ofSeconds(60);
    private static final String HEAP = "-Xmx512m";

    /**
     * Starts a broker, not waiting until it is ready.
     *
     * @param folder keeps its logs in {@code data}, and {@code server.log}
     */
    public static KafkaBroker launch(Path folder) {
        int port = FreePorts.find(0);
        Path home = folder.toAbsolutePath();
        Path data = home.resolve("data");
        Path properties = home.resolve("server.properties");
        String logging = ServerLogging.option(home);
        try {
            Files.writeString(
                    properties,
                    BrokerSettings.properties(data, port, FreePorts.find(0), "PLAINTEXT").entrySet().stream()
                            .map(property -> property.getKey() + "=" + property.getValue() + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's properties could not be written to " + properties, e);
        }
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(home, properties, logging);
        }
        JavaCommand command = command(home, "kafka.Kafka", logging, List.of(properties.toString()));
        ServerProcess process = new ServerProcess(
                "the broker on port " + port, home.resolve("server.log"), command, () -> Ports.accepts(port));
        return new KafkaBroker("127.0.0.1:" + port, process.launch());
    }

    private static void format(Path home, Path properties, String logging) {
        JavaCommand.Ended ended = command(
                        home,
                        "kafka.tools.StorageTool",
                        logging,
                        List.of(
                                "format",
                                "--cluster-id",
                                BrokerSettings.CLUSTER_ID,
                                "--config",
                                properties.toString(),
                                "--ignore-formatted"))
                .run(FORMAT_TIMEOUT);
        if (ended.exitCode() != 0) {
            throw new IllegalStateException(
                    "the broker's folder " + home + " could not be formatted: " + ended.output());
        }
    }

    private static JavaCommand command(Path home, String main, String logging, List<String> arguments) {
        return new JavaCommand(
                List.of(HEAP, "-Xshare:auto", logging),
                ClassPaths.read(KafkaBroker.class, "kafka.classpath"),
                main,
                arguments,
                home);
    }

    @Override
    public void close() {
        process.close();
    }
}
