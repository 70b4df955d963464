// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/**
 * The stack that {@code up} or {@code demo} runs, remembered in a file so that the other commands find it.
 *
 * @param bootstrap the broker's address
 * @param webAddress the web UI's address
 * @param processId the process that runs it
 */
public record RunningStack(String bootstrap, String webAddress, long processId) {
    /** System property that names another file. */
    public static final String FILE_PROPERTY = "dormouse.running";

    /** Refuses null addresses. */
    public RunningStack {
        Objects.requireNonNull(bootstrap);
        Objects.requireNonNull(webAddress);
    }

    /** Where the running stack is remembered: {@code dormouse-USER/running.properties} in the temporary folder. */
    public static Path file() {
        String file = System.getProperty(FILE_PROPERTY);
        return file != null
                ? Path.of(file)
                : Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "dormouse-" + System.getProperty("user.name"),
                        "running.properties");
    }

    /** The remembered stack when its process still lives. */
    public static Optional<RunningStack> find() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file())) {
            properties.load(reader);
            RunningStack found = new RunningStack(
                    properties.getProperty("bootstrap", ""),
                    properties.getProperty("web", ""),
                    Long.parseLong(properties.getProperty("process", "-1")));
            return Optional.of(found).filter(RunningStack::isAlive);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Remembers this stack instead of any other. */
    public void remember() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap", bootstrap);
        properties.setProperty("web", webAddress);
        properties.setProperty("process", String.valueOf(processId));
        try {
            Files.createDirectories(file().toAbsolutePath().getParent());
            try (Writer writer = Files.newBufferedWriter(file())) {
                properties.store(writer, "the running Dormouse stack");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the running stack cannot be remembered in " + file(), e);
        }
    }

    /** Forgets this stack, unless another has been remembered since. */
    public void forget() {
        if (find().filter(this::equals).isPresent()) {
            try {
                Files.deleteIfExists(file());
            } catch (IOException e) {
                throw new UncheckedIOException("the stopped stack cannot be forgotten: remove " + file(), e);
            }
        }
    }

    private boolean isAlive() {
        return ProcessHandle.of(processId).map(ProcessHandle::isAlive).orElse(false);
    }
}
