// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import io.dormouse.jobs.sweep.RootSegments.Source;
import io.dormouse.state.sweep.SweepProgress;
import io.dormouse.state.sweep.SweepRoots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * All roots of a cold tier: retained checkpoints below the folders named, and registered savepoints. A root is read once;
 * what it refers to counts until the end, even if it is gone by then.
 *
 * <p>A job may subsume a checkpoint while it is being read. That is no failure when the checkpoint is gone at a second
 * look and the same job has a newer one; every other failure is.
 */
public final class RootMarks implements SweepRoots {
    /** Checkpoints in a row that may vanish while they are being read. */
    private static final int ROUNDS_MAX = 10;

    private final List<String> checkpointFolders;
    private final boolean mayBeEmpty;
    private final SavepointRegistry registry;
    private final RootReader reader;
    private final SweepProgress progress;
    private final Map<Root, RootSegments> read = new LinkedHashMap<>();

    /**
     * @param checkpointFolders a job's folder of checkpoints or one that holds folders of jobs each, paths or URIs
     * @param mayBeEmpty whether it is right that such a folder holds no checkpoint
     */
    public RootMarks(
            List<String> checkpointFolders,
            boolean mayBeEmpty,
            SavepointRegistry registry,
            RootReader reader,
            SweepProgress progress) {
        this.checkpointFolders =
                checkpointFolders.stream().map(RootFolder::uri).distinct().toList();
        this.mayBeEmpty = mayBeEmpty;
        this.registry = Objects.requireNonNull(registry, "registry");
        this.reader = Objects.requireNonNull(reader, "reader");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    @Override
    public Marks mark() throws IOException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<Root> listed = list();
            Map<Root, IOException> failed = readNew(listed);
            if (failed.isEmpty()) {
                return marks(listed);
            }
            requireSubsumed(failed, list());
        }
        throw new IOException("checkpoints below " + checkpointFolders
                + " vanish faster than they can be read: have the job retain more of them"
                + " (execution.checkpointing.num-retained)");
    }

    /** The roots that were read, with what they refer to. */
    public Map<Root, RootSegments> roots() {
        return Map.copyOf(read);
    }

    private List<Root> list() throws IOException {
        List<Root> roots = new ArrayList<>(registry.roots());
        for (String folder : checkpointFolders) {
            List<Root> checkpoints = RootFolder.checkpointsBelow(folder);
            if (checkpoints.isEmpty() && !mayBeEmpty) {
                throw new IOException("there is no completed checkpoint below " + folder
                        + ": name another folder, or leave it out if that job is no more");
            }
            roots.addAll(checkpoints);
        }
        return roots;
    }

    private Map<Root, IOException> readNew(List<Root> listed) {
        Map<Root, IOException> failed = new LinkedHashMap<>();
        int done = 0;
        for (Root root : listed) {
            try {
                if (!read.containsKey(root)) {
                    read.put(root, reader.read(root));
                }
            } catch (IOException e) {
                failed.put(root, e);
            }
            done++;
            progress.at("checkpoints and savepoints read", done, listed.size());
        }
        return failed;
    }

    private static void requireSubsumed(Map<Root, IOException> failed, List<Root> now) throws IOException {
        for (Map.Entry<Root, IOException> each : failed.entrySet()) {
            Root root = each.getKey();
            boolean gone = now.stream().noneMatch(other -> other.path().equals(root.path()));
            boolean hasNewer = now.stream()
                    .anyMatch(other -> other.parent().equals(root.parent()) && other.number() > root.number());
            if (root.registered() || !gone || !hasNewer) {
                throw each.getValue();
            }
        }
    }

    private Marks marks(List<Root> listed) throws IOException {
        Set<String> segments = new HashSet<>();
        read.values().forEach(each -> segments.addAll(each.names()));
        int roots = 0;
        long newestMillis = Long.MIN_VALUE;
        for (Root root : listed) {
            if (read.get(root).source() != Source.NO_MEMORY) {
                roots++;
                newestMillis = Math.max(newestMillis, root.modifiedMillis());
            } else if (root.registered()) {
                throw new IOException(
                        "registered savepoint " + root.path() + " is of another job: it holds no paged memory");
            }
        }
        return new Marks(roots, roots == 0 ? Long.MAX_VALUE : newestMillis, segments);
    }
}
