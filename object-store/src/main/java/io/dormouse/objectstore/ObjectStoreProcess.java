// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import io.dormouse.process.ClassPaths;
import io.dormouse.process.FreePorts;
import io.dormouse.process.JavaCommand;
import io.dormouse.process.OwnerFile;
import io.dormouse.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A real S3 server, S3Proxy on the local file system, as a {@link ServerProcess} on 127.0.0.1.
 *
 * <p>It runs in the background: checkpoints and cold pages wait rather than queries. Its folder holds
 * {@code data/BUCKET/KEY}, its properties, and {@code server.log}.
 */
public final class ObjectStoreProcess implements AutoCloseable {
    private static final String ACCESS_KEY = "dormouse";
    private static final String REGION = "us-east-1";
    private static final int PROBE_TIMEOUT_MILLIS = 2_000;
    /** What the server answers to a request without a signature. */
    private static final int FORBIDDEN = 403;

    private final Path folder;
    private final int port;
    private final String secretKey = UUID.randomUUID().toString();
    private final ServerProcess server;

    private ObjectStoreProcess(Path folder, int port) {
        this.folder = folder;
        this.port = port;
        this.server = new ServerProcess("the object store on port " + port, log(), command(), this::answers);
    }

    /** As {@link #start(Path, int)} on any free port. */
    public static ObjectStoreProcess start(Path folder) {
        return start(folder, 0);
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder kept, with what earlier servers stored there
     * @param port 0 = any free one
     */
    public static ObjectStoreProcess start(Path folder, int port) {
        ObjectStoreProcess store = launch(folder, port);
        store.awaitAnswer();
        return store;
    }

    /** As {@link #start(Path, int)} without waiting: nothing is stored before {@link #awaitAnswer()} returns. */
    public static ObjectStoreProcess launch(Path folder, int port) {
        Objects.requireNonNull(folder);
        ObjectStoreProcess store = new ObjectStoreProcess(folder, port == 0 ? FreePorts.find(0) : port);
        try {
            Files.createDirectories(store.data());
            OwnerFile.write(store.properties(), store.propertiesText());
        } catch (IOException e) {
            throw new UncheckedIOException("the object store could not be started in " + folder, e);
        }
        store.server.launch();
        return store;
    }

    /** Where it listens, {@code http://127.0.0.1:PORT}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Flink's options ({@code s3.*}) that lead to this server. */
    public Map<String, String> flinkOptions() {
        return Map.of(
                "s3.endpoint", endpoint().toString(),
                "s3.access-key", ACCESS_KEY,
                "s3.secret-key", secretKey,
                "s3.path-style-access", "true",
                "s3.region", REGION);
    }

    /** Makes a bucket unless there is one. */
    public void createBucket(String name) {
        try {
            Files.createDirectories(data().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("bucket " + name + " could not be made in " + data(), e);
        }
    }

    /** The server's log. */
    public Path log() {
        return folder.resolve("server.log");
    }

    /** Where objects lie as files, {@code BUCKET/KEY}. */
    public Path data() {
        return folder.resolve("data");
    }

    /** The process that runs now, or ran last. */
    public ProcessHandle process() {
        return server.handle();
    }

    /** Starts the server again on the same port and data, and waits until it answers. */
    public void restart() {
        server.restart();
    }

    /** Waits until the server answers; an error names its log. */
    public void awaitAnswer() {
        server.awaitReady();
    }

    /** Stops it in good order. */
    public void stop() {
        server.stop();
    }

    /** Ends it at once, as a crash would. */
    public void kill() {
        server.kill();
    }

    @Override
    public void close() {
        stop();
    }

    private JavaCommand command() {
        return new JavaCommand(
                        List.of(
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-Xshare:auto",
                                "-Dlogback.configurationFile=object-store-logback.xml"),
                        ClassPaths.read(ObjectStoreProcess.class, "server.classpath"),
                        "org.gaul.s3proxy.Main",
                        List.of("--properties", properties().toAbsolutePath().toString()),
                        folder)
                .inBackground();
    }

    private Path properties() {
        return folder.resolve("server.properties");
    }

    private String propertiesText() {
        return String.join(
                "\n",
                "s3proxy.endpoint=" + endpoint(),
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + ACCESS_KEY,
                "s3proxy.credential=" + secretKey,
                "jclouds.provider=filesystem-nio2",
                "jclouds.filesystem.basedir="
                        + data().toAbsolutePath().toString().replace('\\', '/'),
                "");
    }

    /** Whether an unsigned request gets the server's refusal. */
    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint().toURL().openConnection();
            connection.setConnectTimeout(PROBE_TIMEOUT_MILLIS);
            connection.setReadTimeout(PROBE_TIMEOUT_MILLIS);
            try {
                return connection.getResponseCode() == FORBIDDEN;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
