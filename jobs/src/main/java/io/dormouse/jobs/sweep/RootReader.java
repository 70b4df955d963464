// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import io.dormouse.jobs.RetrievalJob;
import io.dormouse.jobs.sweep.RootSegments.Source;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.runtime.SavepointLoader;

/** Reads to which segments a checkpoint or savepoint refers: by the short way, else by the long one. */
public final class RootReader {
    private static final OperatorID MEMORY =
            OperatorIdentifier.forUid(RetrievalJob.MEMORY_UID).getOperatorId();

    private final Configuration cluster;

    /** @param cluster Flink's configuration, for what the long way needs */
    public RootReader(Configuration cluster) {
        this.cluster = new Configuration(cluster);
    }

    /**
     * Reads a root.
     *
     * @throws IOException when it cannot be read in full; names it
     */
    public RootSegments read(Root root) throws IOException {
        try {
            return read(root.path());
        } catch (Exception e) {
            throw new IOException(
                    (root.registered() ? "registered savepoint " : "checkpoint ") + root.path()
                            + " cannot be read, so nobody knows what it needs: " + e.getMessage(),
                    e);
        }
    }

    private RootSegments read(String path) throws Exception {
        OperatorState memory = null;
        for (OperatorState each : SavepointLoader.loadSavepointMetadata(path).getOperatorStates()) {
            if (each.getOperatorID().equals(MEMORY)) {
                memory = each;
            }
        }
        if (memory == null) {
            return new RootSegments(Set.of(), Source.NO_MEMORY);
        }
        Optional<Set<String>> names = NamesReader.read(memory);
        return names.isPresent()
                ? new RootSegments(names.get(), Source.NAMES)
                : new RootSegments(ReferencesReader.read(path, cluster), Source.REFERENCES);
    }
}
