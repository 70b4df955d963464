// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerJdkTest {
    @TempDir
    private Path folder;

    @Test
    void theNewestJdkBesideThisOneIsFound() throws IOException {
        Path own = jdk("own", "17.0.15");
        jdk("older", "21.0.2");
        Path newest = jdk("newest", "25.0.3");
        assertThat(PeerJdk.find(null, Map.of(), own)).isEqualTo(new PeerJdk(newest, 25));
    }

    @Test
    void anOwnJdkThatIsNewEnoughWillDo() throws IOException {
        Path own = jdk("own", "25");
        assertThat(PeerJdk.find(null, Map.of(), own)).isEqualTo(new PeerJdk(own, 25));
    }

    @Test
    void theOptionWinsOverTheEnvironmentAndThatOverWhatIsFound() throws IOException {
        Path own = jdk("own", "25.0.3");
        Path named = jdk("named", "21.0.2");
        Path option = jdk("option", "22.0.1");
        Map<String, String> environment = Map.of(PeerJdk.VARIABLE, named.toString());
        assertThat(PeerJdk.find(option, environment, own).home()).isEqualTo(option);
        assertThat(PeerJdk.find(null, environment, own).home()).isEqualTo(named);
    }

    @Test
    void aNamedJdkThatIsTooOldIsRefused() throws IOException {
        Path own = jdk("own", "25.0.3");
        Path old = jdk("old", "17.0.15");
        assertThatThrownBy(() -> PeerJdk.find(old, Map.of(), own))
                .isInstanceOf(PeerJdkMissingException.class)
                .hasMessageContaining("--peer-jdk names " + old + ", a JDK 17")
                .hasMessageContaining("need 21 or newer");
    }

    @Test
    void aNamedFolderThatIsNoJdkIsRefused() throws IOException {
        Path own = jdk("own", "25.0.3");
        Map<String, String> environment = Map.of(PeerJdk.VARIABLE, folder.toString());
        assertThatThrownBy(() -> PeerJdk.find(null, environment, own))
                .hasMessageContaining(PeerJdk.VARIABLE + " names " + folder + ", which is no JDK");
    }

    @Test
    void withoutOneTheMessageSaysHowToNameOne() throws IOException {
        Path own = jdk("own", "17.0.15");
        assertThatThrownBy(() -> PeerJdk.find(null, Map.of(), own))
                .hasMessageContaining("no JDK 21 or newer is beside " + own)
                .hasMessageContaining("--peer-jdk")
                .hasMessageContaining("--without-peers");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path javac = Files.createDirectories(home.resolve("bin")).resolve("javac");
        Files.writeString(javac, "");
        assertThat(javac.toFile().setExecutable(true)).isTrue();
        return home;
    }
}
