// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK on which the peers' vector instructions work. Lucene's and JVector's need {@value #FEATURE_MIN} or newer, while
 * Dormouse itself is built with 17, so benchmarks beside peers run in JVMs of this second JDK.
 *
 * @param home folder that holds {@code bin/java} and {@code bin/javac}
 * @param feature feature number, such as 25
 */
public record PeerJdk(Path home, int feature) {
    /** The environment variable that names the JDK's folder. */
    public static final String VARIABLE = "DORMOUSE_PEER_JDK";

    /** The oldest JDK on which both peers use vector instructions. */
    public static final int FEATURE_MIN = 21;

    private static final Pattern VERSION = Pattern.compile("^JAVA_VERSION=\"(\\d+).*", Pattern.MULTILINE);

    /**
     * The JDK at {@code chosen}, else at the environment's {@value #VARIABLE}, else the newest among this process's own
     * JDK and the folders beside it.
     *
     * @param chosen as an option names it, or null
     * @throws PeerJdkMissingException when there is none, or the named one will not do
     */
    public static PeerJdk find(Path chosen) {
        return find(chosen, System.getenv(), Path.of(System.getProperty("java.home")));
    }

    static PeerJdk find(Path chosen, Map<String, String> environment, Path ownHome) {
        if (chosen != null) {
            return required(chosen, "--peer-jdk");
        }
        String variable = environment.get(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return required(Path.of(variable), VARIABLE);
        }
        return beside(ownHome).stream()
                .map(PeerJdk::read)
                .flatMap(Optional::stream)
                .filter(jdk -> jdk.feature >= FEATURE_MIN)
                .max(Comparator.comparingInt(PeerJdk::feature))
                .orElseThrow(() -> new PeerJdkMissingException("no JDK " + FEATURE_MIN + " or newer is beside "
                        + ownHome + ", and the peers need one: name its folder by --peer-jdk or " + VARIABLE
                        + ", or leave the peers out by --without-peers"));
    }

    /** The program that starts a JVM. */
    public Path java() {
        return home.resolve("bin").resolve("java");
    }

    /** The compiler. */
    public Path javac() {
        return home.resolve("bin").resolve("javac");
    }

    private static PeerJdk required(Path home, String from) {
        PeerJdk jdk = read(home)
                .orElseThrow(() -> new PeerJdkMissingException(from + " names " + home
                        + ", which is no JDK: expected a folder with bin/javac and a file 'release'"));
        if (jdk.feature < FEATURE_MIN) {
            throw new PeerJdkMissingException(from + " names " + home + ", a JDK " + jdk.feature
                    + ": the peers' vector instructions need " + FEATURE_MIN + " or newer");
        }
        return jdk;
    }

    private static List<Path> beside(Path ownHome) {
        List<Path> homes = new ArrayList<>(List.of(ownHome));
        Path parent = ownHome.getParent();
        if (parent == null) {
            return homes;
        }
        try (Stream<Path> folders = Files.list(parent)) {
            folders.sorted().forEach(homes::add);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of this JDK cannot be listed: " + parent, e);
        }
        return homes;
    }

    private static Optional<PeerJdk> read(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin").resolve("javac")) || !Files.isRegularFile(release)) {
            return Optional.empty();
        }
        try {
            Matcher version = VERSION.matcher(Files.readString(release));
            return version.find()
                    ? Optional.of(new PeerJdk(home, Integer.parseInt(version.group(1))))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the version of the JDK cannot be read: " + release, e);
        }
    }
}
