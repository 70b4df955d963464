// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A file on a local disk, replaced as a whole. */
final class LocalFile {
    /** No name of an object ends so: a crash may leave such a file, and nobody reads it. */
    private static final String TEMPORARY = ".writing";

    private LocalFile() {}

    /** Puts {@code bytes} in the place of {@code file}: a reader finds the old ones or these, even after a crash. */
    static void replace(Path file, byte[] bytes) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        createFolders(folder);
        Path written = folder.resolve(file.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
        try {
            try (FileChannel channel =
                    FileChannel.open(written, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        force(folder);
    }

    /** New folders are on disk like the files in them. */
    private static void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        createFolders(parent);
        Files.createDirectories(folder);
        force(parent);
    }

    /** Names in a folder survive a crash after this. */
    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
