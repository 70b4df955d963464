// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The adapters to the peers: sources below {@code benchmarks/src/peers/java}, which name the peers' classes. These are
 * newer than the release the project is compiled for, so the build leaves them alone; a benchmark compiles them when it
 * starts, with the JDK that it runs the peers on, and its JVMs load them by name.
 */
public final class PeerCode {
    /** The system property that tells a JVM where the compiled adapters are. */
    public static final String PROPERTY = "dormouse.peers";

    private PeerCode() {}

    /**
     * Compiles the adapters.
     *
     * @param home folder of the project
     * @return the folder of their classes
     */
    public static Path compile(PeerJdk jdk, Path home) throws IOException, InterruptedException {
        Path module = home.resolve("benchmarks");
        Path classes = module.resolve("target").resolve("peer-classes");
        Files.createDirectories(classes);
        List<String> command = new ArrayList<>(List.of(
                jdk.javac().toString(),
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path")));
        try (Stream<Path> sources = Files.walk(module.resolve("src").resolve("peers"))) {
            sources.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(command::add);
        }
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("the peers' adapters in " + module.resolve("src/peers")
                    + " do not compile with JDK " + jdk.feature() + ", see above; javac ended with " + exit);
        }
        return classes;
    }

    /** An adapter in a JVM that was started with {@link #PROPERTY}. */
    public static <T> T load(String className, Class<T> type) {
        String classes = System.getProperty(PROPERTY);
        if (classes == null) {
            throw new IllegalStateException("system property " + PROPERTY + " is not set; expected the folder of the"
                    + " peers' compiled adapters");
        }
        try {
            URL folder = Path.of(classes).toUri().toURL();
            // Never closed: the adapter loads more classes for as long as it lives.
            ClassLoader loader = new URLClassLoader(new URL[] {folder}, PeerCode.class.getClassLoader());
            return type.cast(Class.forName(className, true, loader)
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException | IOException e) {
            throw new IllegalStateException("the peers' adapter " + className + " cannot be loaded from " + classes, e);
        }
    }
}
