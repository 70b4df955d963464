// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.peer.PeerCode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** This side of an {@link EngineServer}. */
public final class EngineProcess implements AutoCloseable {
    private static final int CLOSE_SECONDS = 20;

    private final EngineName name;
    private final Path log;
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    /**
     * Where and how engines run.
     *
     * @param java the program that starts a JVM
     * @param adapters compiled adapters of the peers, or null when there are none
     * @param heap as {@code -Xmx} takes it
     */
    public record Host(Path java, Path adapters, String heap) {}

    /** What inserting took. */
    record Inserted(long rows, long wallNanos, long cpuNanos, String implementation) {}

    /** What some queries took. */
    record Measured(long queries, long wallNanos, long cpuNanos) {}

    EngineProcess(EngineName name, IndexSet set, Path folder, Host host, Path log) throws IOException {
        this.name = name;
        this.log = log;
        List<String> command = Stream.of(
                        Stream.of(
                                host.java().toString(),
                                "-Xmx" + host.heap(),
                                "-XX:+UseSerialGC",
                                "-XX:+UseTransparentHugePages",
                                "--add-modules=jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path")),
                        host.adapters() == null
                                ? Stream.<String>of()
                                : Stream.of("-D" + PeerCode.PROPERTY + "=" + host.adapters()),
                        Stream.of(EngineServer.class.getName(), name.text(), set.name(), folder.toString()))
                .flatMap(part -> part)
                .toList();
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
                .start();
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    EngineName name() {
        return name;
    }

    Inserted insert() throws IOException {
        String[] parts = ask("insert").split(" ", 4);
        return new Inserted(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3]);
    }

    int[] efforts() throws IOException {
        return Arrays.stream(ask("efforts").split(" "))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    double recall(int effort) throws IOException {
        return Double.parseDouble(ask("recall " + effort));
    }

    Measured measure(int effort, int cpuMillis) throws IOException {
        String[] parts = ask("measure " + effort + " " + cpuMillis).split(" ");
        return new Measured(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    private String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("engine " + name + " ended at '" + command + "': see " + log);
        }
        return answer;
    }

    /** Ends the process. */
    @Override
    public void close() throws IOException {
        try {
            commands.close();
        } finally {
            try {
                if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
