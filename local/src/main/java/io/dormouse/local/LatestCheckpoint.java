// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the newest completed checkpoint below a checkpoint folder: one is complete once its metadata file is there. */
public final class LatestCheckpoint {
    private static final int DEPTH = 3; // job id / chk-n / _metadata

    private LatestCheckpoint() {}

    /** Its folder; absent = there is none. */
    public static Optional<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(folder, DEPTH)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(Comparator.comparing(LatestCheckpoint::modified))
                    .map(Path::getParent);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoints below " + folder + " cannot be listed", e);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + " cannot be read", e);
        }
    }
}
