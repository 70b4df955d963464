// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.objectstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real S3-compatible server (S3Proxy on a folder) as a process of its own on 127.0.0.1. It ends with this object, with
 * this process however that ends, and not before: faults are made by {@link #kill()} and {@link #restart()}.
 *
 * <p>Its folder holds {@code data/BUCKET/KEY}, its properties, and {@code server.log}.
 */
public final class ObjectStoreProcess implements AutoCloseable {
    private static final String ACCESS_KEY = "dormouse";
    private static final String REGION = "us-east-1";
    private static final long START_TIMEOUT_SECONDS = 60;
    private static final long STOP_TIMEOUT_SECONDS = 5;
    private static final int POLL_MILLIS = 20;
    private static final int PROBE_TIMEOUT_MILLIS = 2_000;
    /** What the server answers to a request without a signature. */
    private static final int FORBIDDEN = 403;

    private final Path folder;
    private final int port;
    private final String secretKey = UUID.randomUUID().toString();
    private Process process;

    private ObjectStoreProcess(Path folder, int port) {
        this.folder = folder;
        this.port = port;
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
        ObjectStoreProcess store =
                new ObjectStoreProcess(Objects.requireNonNull(folder), port == 0 ? freePort() : port);
        store.launch();
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
        return process.toHandle();
    }

    /** Starts the server again on the same port and data, and waits until it answers. */
    public void restart() {
        stop();
        launch();
        awaitAnswer();
    }

    private void launch() {
        try {
            Files.createDirectories(data());
            process = new ProcessBuilder(new ServerCommand(endpoint(), data(), ACCESS_KEY, secretKey)
                            .write(folder.resolve("server.properties")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("the object store could not be started in " + folder, e);
        }
    }

    /** Waits until the server answers; an error names its log. */
    public void awaitAnswer() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
        int status = 0;
        while (status != FORBIDDEN || !process.isAlive()) {
            if (!process.isAlive()) {
                throw failed("ended with code " + process.exitValue());
            }
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                kill();
                throw failed("did not answer within " + START_TIMEOUT_SECONDS + " s (last status " + status + ")");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
            status = probe();
        }
    }

    /** Stops it in good order. */
    public void stop() {
        end(false);
    }

    /** Ends it at once, as a crash would. */
    public void kill() {
        end(true);
    }

    @Override
    public void close() {
        stop();
    }

    private void end(boolean atOnce) {
        if (process == null) {
            return;
        }
        if (!atOnce) {
            process.destroy();
            if (exited(STOP_TIMEOUT_SECONDS)) {
                return;
            }
        }
        process.destroyForcibly();
        exited(STOP_TIMEOUT_SECONDS);
    }

    private boolean exited(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private IllegalStateException failed(String how) {
        return new IllegalStateException("the object store on port " + port + " " + how + ": see " + log());
    }

    /** The HTTP status of an unsigned request, 0 when nobody answers. */
    private int probe() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint().toURL().openConnection();
            connection.setConnectTimeout(PROBE_TIMEOUT_MILLIS);
            connection.setReadTimeout(PROBE_TIMEOUT_MILLIS);
            try {
                return connection.getResponseCode();
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return 0;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on 127.0.0.1", e);
        }
    }
}
