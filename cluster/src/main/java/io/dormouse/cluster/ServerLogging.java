// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** How servers log: to their standard output. */
final class ServerLogging {
    private static final String FILE = "server-log4j2.properties";

    private ServerLogging() {}

    /** Writes the configuration into {@code folder} and returns the option of the virtual machine that names it. */
    static String option(Path folder) {
        Path file = folder.resolve(FILE);
        try (InputStream in = ServerLogging.class.getResourceAsStream(FILE)) {
            Files.createDirectories(folder);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the logging of servers could not be configured in " + folder, e);
        }
        return "-Dlog4j2.configurationFile=" + file.toAbsolutePath();
    }
}
