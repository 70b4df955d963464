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
import java.util.List;
import java.util.Map;

/**
 * ZooKeeper as a process, the one that travels with Flink: JobManagers find there who leads, and what they left.
 *
 * @param quorum its address, {@code host:port}
 * @param process the server
 */
public record ZooKeeper(String quorum, ServerProcess process) implements AutoCloseable {
    /** Starts it, not waiting until it is ready; {@code folder} keeps its data and {@code server.log}. */
    public static ZooKeeper launch(Path folder) {
        int port = FreePorts.find(0);
        Path home = folder.toAbsolutePath();
        String logging = ServerLogging.option(home);
        Path properties = home.resolve("zoo.cfg");
        try {
            Files.writeString(
                    properties,
                    String.join(
                            "\n",
                            "tickTime=1000",
                            "dataDir=" + home.resolve("data"),
                            "clientPort=" + port,
                            "clientPortAddress=127.0.0.1",
                            "admin.enableServer=false",
                            "4lw.commands.whitelist=ruok",
                            ""));
        } catch (IOException e) {
            throw new UncheckedIOException("ZooKeeper's configuration could not be written to " + properties, e);
        }
        JavaCommand command = new JavaCommand(
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", logging),
                ClassPaths.read(ZooKeeper.class, "flink.classpath"),
                "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                List.of("--zkConfigFile", properties.toString(), "--peerId", "1"),
                home);
        ServerProcess process = new ServerProcess(
                "ZooKeeper on port " + port,
                home.resolve("server.log"),
                command,
                () -> Ports.answer(port, "ruok").equals("imok"));
        return new ZooKeeper("127.0.0.1:" + port, process.launch());
    }

    /**
     * Flink's options by which JobManagers are highly available.
     *
     * @param storage where they keep job graphs and checkpoints' handles, a URI that all of them reach
     */
    public Map<String, String> flinkOptions(String storage) {
        return Map.of(
                "high-availability.type", "zookeeper",
                "high-availability.zookeeper.quorum", quorum,
                "high-availability.storageDir", storage,
                // How long a JobManager that was killed keeps another from leading, and one may stand still and lead
                // on.
                "high-availability.zookeeper.client.session-timeout", "10000",
                "high-availability.zookeeper.client.connection-timeout", "3000");
    }

    @Override
    public void close() {
        process.close();
    }
}
