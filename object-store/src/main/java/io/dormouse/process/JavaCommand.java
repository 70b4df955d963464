// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a Java program is called as a process of its own: by the JDK of this process, watching it.
 *
 * @param jvmOptions options of the virtual machine
 * @param classPath its class path
 * @param mainClass the program
 * @param arguments what it is given; everybody on the machine can read them, so no secrets
 * @param environment variables beside those of this process
 * @param folder its working folder
 * @param background whether others on the machine go first when processors are short
 */
public record JavaCommand(
        List<String> jvmOptions,
        String classPath,
        String mainClass,
        List<String> arguments,
        Map<String, String> environment,
        Path folder,
        boolean background) {
    /** Added to the niceness of a process in the background: a tenth of the share of one that is not. */
    private static final int NICENESS = 10;

    /**
     * Ctrl-C in a terminal and its end reach every process there. They must not end a server: the stack beside it
     * still takes a checkpoint, and ends it then.
     */
    private static final List<String> DEAF_TO_THE_TERMINAL =
            List.of("sh", "-c", "trap '' INT HUP; exec nice -n \"$0\" \"$@\"");

    /** Copies what it is given. */
    public JavaCommand {
        jvmOptions = List.copyOf(jvmOptions);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** A command in {@code folder}, with this process' environment. */
    public JavaCommand(
            List<String> jvmOptions, String classPath, String mainClass, List<String> arguments, Path folder) {
        this(jvmOptions, classPath, mainClass, arguments, Map.of(), folder, false);
    }

    /** This command in the background. */
    public JavaCommand inBackground() {
        return new JavaCommand(jvmOptions, classPath, mainClass, arguments, environment, folder, true);
    }

    /** What a program that ran to its end has printed to both streams. */
    public record Ended(int exitCode, String output) {}

    /** Starts it; both output streams are appended to {@code log}. */
    Process start(Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * Runs it to its end.
     *
     * @throws IllegalStateException when it does not end in time
     */
    public Ended run(Duration timeout) {
        try {
            Path log = Files.createTempFile(folder, "command", ".log");
            Process process = start(log);
            try {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(
                            mainClass + " did not end within " + timeout.toSeconds() + " s: see " + log);
                }
                String output = Files.readString(log);
                Files.delete(log);
                return new Ended(process.exitValue(), output);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(mainClass + " could not be run in " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + mainClass + " ran", e);
        }
    }

    private List<String> words() {
        List<String> words = new ArrayList<>(DEAF_TO_THE_TERMINAL);
        words.add(Integer.toString(background ? NICENESS : 0));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmOptions);
        words.addAll(List.of("-cp", ClassPaths.withWatch(classPath), ParentWatch.class.getName(), mainClass));
        words.addAll(arguments);
        return words;
    }
}
