// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that nobody but their owner can read, for secrets. */
public final class OwnerFile {
    private OwnerFile() {}

    /** Writes {@code text} to a new file in the place of any that is there. */
    public static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file);
        file.toFile().setReadable(false, false);
        file.toFile().setReadable(true, true);
        Files.writeString(file, text);
    }
}
