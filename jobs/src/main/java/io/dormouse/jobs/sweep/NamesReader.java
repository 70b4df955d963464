// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import io.dormouse.operators.memory.LiveSegments;
import io.dormouse.state.cold.SegmentNames;
import io.dormouse.state.store.CorruptBlockException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateHandle;

/**
 * The short way to the segments of a root: {@link LiveSegments}, by Flink's own reader of operator state, one instance
 * after the other. No file of RocksDB is opened.
 */
final class NamesReader {
    private NamesReader() {}

    /**
     * Reads what the instances of a memory say.
     *
     * @return empty when they do not cover all key groups, or not for certain: then keyed state has to be asked
     */
    static Optional<Set<String>> read(OperatorState memory) throws IOException {
        Set<String> names = new TreeSet<>();
        BitSet covered = new BitSet();
        for (byte[] element : elements(memory)) {
            SegmentNames part;
            try {
                part = SegmentNames.read(element);
            } catch (CorruptBlockException e) {
                return Optional.empty();
            }
            if (!part.complete() || part.groups() != memory.getMaxParallelism()) {
                return Optional.empty();
            }
            covered.set(part.firstGroup(), part.lastGroup() + 1);
            names.addAll(part.names());
        }
        return covered.cardinality() == memory.getMaxParallelism() ? Optional.of(names) : Optional.empty();
    }

    private static List<byte[]> elements(OperatorState memory) throws IOException {
        List<byte[]> elements = new ArrayList<>();
        String state = LiveSegments.descriptor().getName();
        for (OperatorSubtaskState instance : memory.getStates()) {
            List<OperatorStateHandle> holding = instance.getManagedOperatorState().stream()
                    .filter(handle -> handle.getStateNameToPartitionOffsets().containsKey(state))
                    .toList();
            if (!holding.isEmpty()) {
                elements.addAll(elements(holding));
            }
        }
        return elements;
    }

    private static List<byte[]> elements(List<OperatorStateHandle> handles) throws IOException {
        List<byte[]> elements = new ArrayList<>();
        try (CloseableRegistry streams = new CloseableRegistry();
                DefaultOperatorStateBackend states = new DefaultOperatorStateBackendBuilder(
                                NamesReader.class.getClassLoader(), new ExecutionConfig(), false, handles, streams)
                        .build()) {
            states.getListState(LiveSegments.descriptor()).get().forEach(elements::add);
        } catch (Exception e) {
            throw new IOException("its operator state cannot be read: " + e.getMessage(), e);
        }
        return elements;
    }
}
