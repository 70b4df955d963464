// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/** Finds checkpoints and savepoints in file systems: folders that hold a {@code _metadata} file, written last. */
final class RootFolder {
    private static final String METADATA = "_metadata";

    private RootFolder() {}

    /** A path or URI of a root or a folder as a URI, always the same for the same place. */
    static String uri(String path) {
        boolean isUri = path.matches("[a-z][a-z0-9+.-]+:.*");
        String absolute =
                isUri ? path : "file:" + Paths.get(path).toAbsolutePath().normalize();
        return new Path(absolute.replaceAll("/(" + METADATA + ")?/*$", "")).toString();
    }

    /** The root at a folder; empty when there is none, or not yet. */
    static Optional<Root> at(String folder, boolean registered) throws IOException {
        Path metadata = new Path(folder, METADATA);
        try {
            FileStatus status = metadata.getFileSystem().getFileStatus(metadata);
            return Optional.of(new Root(folder, registered, status.getModificationTime()));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(folder + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    /** The completed checkpoints of a job's folder, or of all jobs that have their folders in this one. */
    static List<Root> checkpointsBelow(String folder) throws IOException {
        List<Root> found = new ArrayList<>();
        for (Path child : folders(new Path(folder), true)) {
            if (isCheckpoint(child)) {
                at(child.toString(), false).ifPresent(found::add);
            } else {
                for (Path grandchild : folders(child, false)) {
                    if (isCheckpoint(grandchild)) {
                        at(grandchild.toString(), false).ifPresent(found::add);
                    }
                }
            }
        }
        return found;
    }

    private static boolean isCheckpoint(Path folder) {
        return folder.getName().matches("chk-\\d+");
    }

    private static List<Path> folders(Path folder, boolean required) throws IOException {
        FileStatus[] statuses;
        try {
            statuses = folder.getFileSystem().listStatus(folder);
        } catch (FileNotFoundException e) {
            statuses = null;
        } catch (IOException e) {
            throw new IOException("checkpoints below " + folder + " cannot be listed: " + e.getMessage(), e);
        }
        if (statuses == null && required) {
            throw new IOException("there is no folder " + folder + ": name one that holds folders of checkpoints");
        }
        List<Path> folders = new ArrayList<>();
        for (FileStatus status : statuses == null ? new FileStatus[0] : statuses) {
            if (status.isDir()) {
                folders.add(status.getPath());
            }
        }
        return folders;
    }
}
