// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import io.dormouse.state.cold.ColdStore;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Objects;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Cold objects in any file system Flink knows, under {@code ROOT/segments/}.
 *
 * <p>On local disks an object is written beside its place, forced to disk and renamed, so a reader sees the old bytes or
 * the new ones and a crash leaves either. Elsewhere the file system's own overwriting is used: object stores show an
 * object when it is complete. Flink's S3 is the exception, it deletes before it writes, so S3 has
 * {@linkplain S3ColdStore a store of its own}.
 *
 * <p>Time is bounded by the file system alone.
 */
public final class FlinkColdStore implements ColdStore {
    private final URI root;
    private final FileSystem files;

    /** A store under {@code root}, such as {@code file:///var/lib/cold} or {@code gs://bucket/cold}. */
    public FlinkColdStore(URI root) throws IOException {
        this.root = Objects.requireNonNull(root);
        this.files = FileSystem.getUnguardedFileSystem(root);
    }

    @Override
    public void put(String name, byte[] object) throws IOException {
        Path path = path(name);
        try {
            write(files, path, object);
        } catch (IOException e) {
            throw new IOException("cold object " + path + " could not be written: " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] read(String name, long offset, int length) throws IOException {
        SegmentName.checkRange(name, offset, length);
        Path path = path(name);
        try {
            return read(path, offset, length);
        } catch (FileNotFoundException absent) {
            return readFromTrash(name, offset, length, absent);
        } catch (IOException e) {
            throw describe(path, e);
        }
    }

    /** A sweep may have moved the object just now; it will find out that it is needed. */
    private byte[] readFromTrash(String name, long offset, int length, FileNotFoundException absent)
            throws IOException {
        Path trash = new Path(new Path(root), SegmentName.trashPath(name));
        try {
            return read(trash, offset, length);
        } catch (FileNotFoundException e) {
            throw describe(path(name), absent);
        } catch (IOException e) {
            throw describe(trash, e);
        }
    }

    private byte[] read(Path path, long offset, int length) throws IOException {
        try (FSDataInputStream in = files.open(path)) {
            in.seek(offset);
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException(
                        "it ends after " + (offset + bytes.length) + " bytes, expected at least " + (offset + length));
            }
            return bytes;
        }
    }

    @Override
    public void close() {
        // The file system is Flink's.
    }

    private Path path(String name) {
        return new Path(new Path(root), SegmentName.path(name));
    }

    /** Puts an object in the place of another, whole. */
    static void write(FileSystem files, Path path, byte[] object) throws IOException {
        if (files.isDistributedFS()) {
            try (FSDataOutputStream out = files.create(path, FileSystem.WriteMode.OVERWRITE)) {
                out.write(object);
            }
        } else {
            LocalFile.replace(java.nio.file.Path.of(path.getPath()), object);
        }
    }

    private static IOException describe(Path path, IOException e) {
        String message = "cold object " + path + " could not be read: " + e.getMessage();
        IOException described;
        if (e instanceof FileNotFoundException) {
            described = new FileNotFoundException(message);
        } else if (e instanceof EOFException) {
            described = new EOFException(message);
        } else {
            return new IOException(message, e);
        }
        described.initCause(e);
        return described;
    }
}
