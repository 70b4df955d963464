// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The folder of an embedded component: given and kept, or temporary and removed on close.
 *
 * @param path an existing folder
 * @param temporary whether close removes it
 */
public record WorkDirectory(Path path, boolean temporary) implements AutoCloseable {
    /** Refuses no folder. */
    public WorkDirectory {
        Objects.requireNonNull(path);
    }

    static WorkDirectory temporary(String prefix) {
        try {
            return new WorkDirectory(Files.createTempDirectory(prefix), true);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no temporary folder could be made: set -Djava.io.tmpdir to a writable one", e);
        }
    }

    static WorkDirectory kept(Path path) {
        try {
            return new WorkDirectory(Files.createDirectories(path.toAbsolutePath()), false);
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + path + " could not be made: choose a writable one", e);
        }
    }

    WorkDirectory child(String name) {
        return new WorkDirectory(kept(path.resolve(name)).path(), temporary);
    }

    @Override
    public void close() {
        if (temporary) {
            remove(path);
        }
    }

    /** Removes a folder, if it is there, and all that lies in it. */
    public static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + " could not be removed: remove it by hand", e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // a background thread of the broker removed it first
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
