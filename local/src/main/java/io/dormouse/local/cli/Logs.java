// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.nio.file.Path;
import org.apache.logging.log4j.core.config.Configurator;

/** Where the log goes. */
final class Logs {
    private static final String FILE_PROPERTY = "dormouse.log";

    private Logs() {}

    /** Sends the log to {@code file}; null leaves it where the launcher has set it. Returns the file. */
    static Path to(Path file) {
        if (file != null) {
            System.setProperty(FILE_PROPERTY, file.toAbsolutePath().toString());
            Configurator.reconfigure();
        }
        return Path.of(System.getProperty(FILE_PROPERTY, "target/dormouse.log")).toAbsolutePath();
    }
}
