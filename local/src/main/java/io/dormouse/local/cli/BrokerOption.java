// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.RunningStack;
import io.dormouse.local.client.Broker;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Option;

/** Which broker a client command speaks to, and how it is let in. */
final class BrokerOption {
    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            description =
                    "Kafka broker; without it the one that --kafka-config names, else the stack that ./dormouse up"
                            + " or demo runs (its address is kept in dormouse-USER/running.properties in the temporary folder).")
    private String bootstrap;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties for Kafka clients, one KEY=VALUE a line, such as security.protocol and"
                    + " sasl.jaas.config: the file that Kafka's own tools take as --command-config.")
    private Path file;

    Broker broker() {
        Map<String, String> properties = properties();
        String named = properties.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        return new Broker(bootstrap != null ? bootstrap : named != null ? named : running(), properties);
    }

    private static String running() {
        return RunningStack.find()
                .map(RunningStack::bootstrap)
                .orElseThrow(() -> new IllegalStateException("no running stack is remembered in " + RunningStack.file()
                        + ": start one with ./dormouse up, or name a broker with --bootstrap HOST:PORT"));
    }

    private Map<String, String> properties() {
        Map<String, String> read = new HashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalStateException(
                        "cannot read --kafka-config " + file + " as properties ("
                                + e.getClass().getSimpleName() + "): expected a file of lines KEY=VALUE",
                        e);
            }
            properties.forEach((key, value) -> read.put((String) key, (String) value));
        }
        return read;
    }
}
