// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed document is what the options say; with {@code -Dupdate} the test writes it instead. */
class ConfigurationDocumentTest {
    private static final Path COMMITTED = Path.of("..", "docs", "configuration.md");

    @Test
    void theCommittedDocumentIsWhatTheOptionsSay() throws Exception {
        if (System.getProperty("update") != null) {
            ConfigurationDocument.main(new String[] {COMMITTED.toString()});
        }
        assertThat(Files.exists(COMMITTED) ? Files.readString(COMMITTED) : "")
                .as("docs/configuration.md is stale; make it anew with ./mvnw test -pl jobs -am "
                        + "-Dtest=ConfigurationDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -Dupdate")
                .isEqualTo(ConfigurationDocument.text());
    }
}
