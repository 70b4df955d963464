// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A server as a process of its own on this machine. It ends with this object, with this process however that ends, and
 * not before: faults are made by {@link #kill()} and {@link #restart()}. What it prints is appended to its log over all
 * restarts.
 */
public final class ServerProcess implements AutoCloseable {
    private static final long START_TIMEOUT_SECONDS = 60;
    private static final long STOP_TIMEOUT_SECONDS = 10;
    private static final int POLL_MILLIS = 20;

    private final String name;
    private final Path log;
    private final JavaCommand command;
    private final BooleanSupplier ready;
    private Process process;

    /**
     * A server that does not run yet.
     *
     * @param name as in {@code the object store on port 9000}
     * @param log where it is told what the server prints
     * @param command how it is called, the same way each time
     * @param ready whether it does its work, asked again and again while it starts
     */
    public ServerProcess(String name, Path log, JavaCommand command, BooleanSupplier ready) {
        this.name = Objects.requireNonNull(name);
        this.log = Objects.requireNonNull(log);
        this.command = Objects.requireNonNull(command);
        this.ready = Objects.requireNonNull(ready);
    }

    /** Starts it and waits until it is ready. */
    public ServerProcess start() {
        launch();
        awaitReady();
        return this;
    }

    /** Starts it without waiting. */
    public ServerProcess launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " runs already, as process " + process.pid());
        }
        try {
            Files.createDirectories(command.folder());
            process = command.start(log);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be started in " + command.folder(), e);
        }
    }

    /** Waits until it is ready; an error names its log. */
    public void awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_TIMEOUT_SECONDS);
        while (!ready.getAsBoolean() || !process.isAlive()) {
            if (!process.isAlive()) {
                throw failed("ended with code " + process.exitValue());
            }
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                kill();
                throw failed("was not ready within " + START_TIMEOUT_SECONDS + " s");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
    }

    /** The process that runs now, or ran last. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Where it is told what the server prints. */
    public Path log() {
        return log;
    }

    /** Ends it in good order if it still runs, starts it again as it was started first, and waits until it is ready. */
    public void restart() {
        stop();
        start();
    }

    /** Ends it in good order, or at once when that takes too long. */
    public void stop() {
        if (process != null) {
            process.toHandle().destroy(); // Process.destroy() closes its input as well, which it takes for our end
            if (!exited()) {
                kill();
            }
        }
    }

    /** Ends it at once, as a crash would. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            exited();
        }
    }

    @Override
    public void close() {
        stop();
    }

    private boolean exited() {
        try {
            return process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private IllegalStateException failed(String how) {
        return new IllegalStateException(name + " " + how + ": see " + log);
    }
}
