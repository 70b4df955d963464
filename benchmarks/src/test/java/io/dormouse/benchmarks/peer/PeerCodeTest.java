// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PeerCodeTest {
    @Test
    void theAdaptersCompileWhereThereIsAJdkForThem() throws Exception {
        PeerJdk jdk = found();
        assumeThat(jdk)
                .as("no JDK %d or newer is here to compile the peers' adapters with", PeerJdk.FEATURE_MIN)
                .isNotNull();
        Path classes = PeerCode.compile(jdk, Path.of("").toAbsolutePath().getParent());
        assertThat(Files.walk(classes).map(file -> file.getFileName().toString()))
                .contains("LuceneScorers.class", "LuceneEngine.class", "JVectorScorers.class", "JVectorEngine.class");
    }

    private static PeerJdk found() {
        try {
            return PeerJdk.find(null);
        } catch (PeerJdkMissingException e) {
            return null;
        }
    }
}
