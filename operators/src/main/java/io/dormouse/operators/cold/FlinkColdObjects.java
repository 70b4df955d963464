// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.sweep.ColdObject;
import io.dormouse.state.sweep.ColdObjects;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** The objects under a folder of any file system Flink knows. A copy goes through this process, whole. */
final class FlinkColdObjects implements ColdObjects {
    private final Path root;
    private final FileSystem files;

    FlinkColdObjects(URI root) throws IOException {
        this.root = new Path(Objects.requireNonNull(root));
        this.files = FileSystem.getUnguardedFileSystem(root);
    }

    @Override
    public void list(String folder, Consumer<ColdObject> each) throws IOException {
        ArrayDeque<String> folders = new ArrayDeque<>();
        folders.add(folder);
        while (!folders.isEmpty()) {
            String next = folders.poll();
            for (FileStatus status : statuses(next)) {
                String path = next + status.getPath().getName();
                if (status.isDir()) {
                    folders.add(path + "/");
                } else {
                    each.accept(described(path, status));
                }
            }
        }
    }

    /** What lies in a folder; nothing when it has gone. */
    private FileStatus[] statuses(String folder) throws IOException {
        try {
            FileStatus[] statuses = files.listStatus(at(folder));
            return statuses == null ? new FileStatus[0] : statuses;
        } catch (FileNotFoundException e) {
            return new FileStatus[0];
        }
    }

    private static ColdObject described(String path, FileStatus status) {
        return new ColdObject(path, status.getLen(), status.getModificationTime());
    }

    @Override
    public Optional<ColdObject> stat(String path) throws IOException {
        try {
            return Optional.of(described(path, files.getFileStatus(at(path))));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public void copy(String from, String to) throws IOException {
        write(to, read(from));
    }

    @Override
    public void delete(String path) throws IOException {
        if (!files.delete(at(path), false) && stat(path).isPresent()) {
            throw new IOException(at(path) + " could not be deleted: the file system says no more");
        }
    }

    @Override
    public byte[] read(String path) throws IOException {
        try (FSDataInputStream in = files.open(at(path))) {
            return in.readAllBytes();
        }
    }

    @Override
    public void write(String path, byte[] bytes) throws IOException {
        FlinkColdStore.write(files, at(path), bytes);
    }

    @Override
    public void close() {
        // The file system is Flink's.
    }

    private Path at(String path) {
        return path.isEmpty() ? root : new Path(root, path.replaceAll("/$", ""));
    }
}
