// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.memory.LiveSegments;
import io.dormouse.state.cold.SegmentNames;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.junit.jupiter.api.Test;

/** Names are believed only when they are all there. */
class NamesReaderTest {
    private static final String ONE = "ab".repeat(32);
    private static final String OTHER = "cd".repeat(32);
    private static final int GROUPS = 8;

    private static SegmentNames part(int first, int last, String... names) {
        return new SegmentNames(first, last, GROUPS, true, List.of(names));
    }

    /** A memory of as many instances as there are lists of elements. */
    @SafeVarargs
    private static OperatorState memory(List<byte[]>... instances) throws Exception {
        OperatorState memory = new OperatorState("memory", "memory", new OperatorID(), instances.length, GROUPS);
        for (int i = 0; i < instances.length; i++) {
            memory.putState(i, instance(instances[i]));
        }
        return memory;
    }

    private static OperatorSubtaskState instance(List<byte[]> elements) throws Exception {
        try (CloseableRegistry streams = new CloseableRegistry();
                DefaultOperatorStateBackend states = new DefaultOperatorStateBackendBuilder(
                                NamesReaderTest.class.getClassLoader(),
                                new ExecutionConfig(),
                                false,
                                List.of(),
                                streams)
                        .build()) {
            states.getListState(LiveSegments.descriptor()).update(elements);
            var snapshot = states.snapshot(
                    1,
                    1,
                    new MemCheckpointStreamFactory(1 << 20),
                    CheckpointOptions.forCheckpointWithDefaultLocation());
            snapshot.run();
            SnapshotResult<OperatorStateHandle> result = snapshot.get();
            return OperatorSubtaskState.builder()
                    .setManagedOperatorState(result.getJobManagerOwnedSnapshot())
                    .build();
        }
    }

    @Test
    void namesOfAllInstancesAreReadWhenTheyCoverAllKeyGroups() throws Exception {
        OperatorState memory = memory(
                List.of(part(0, 3, ONE).write()), List.of(part(4, 7, OTHER, ONE).write()));
        assertThat(NamesReader.read(memory)).get().isEqualTo(Set.of(ONE, OTHER));
        assertThat(NamesReader.read(memory(List.of(part(0, 7).write())))).contains(Set.of());
    }

    @Test
    void namesThatMayNotBeAllAreNotBelieved() throws Exception {
        byte[] all = part(0, 7, ONE).write();
        byte[] damaged = all.clone();
        damaged[30] ^= 1;
        assertThat(NamesReader.read(memory(List.of()))).isEmpty();
        assertThat(NamesReader.read(memory(List.of(part(0, 6, ONE).write())))).isEmpty();
        assertThat(NamesReader.read(memory(List.of(part(0, 3, ONE).write()), List.of())))
                .isEmpty();
        assertThat(NamesReader.read(memory(List.of(damaged)))).isEmpty();
        assertThat(NamesReader.read(memory(List.of(all, damaged)))).isEmpty();
        assertThat(NamesReader.read(memory(List.of(new SegmentNames(0, 7, GROUPS, false, List.of(ONE)).write()))))
                .isEmpty();
        assertThat(NamesReader.read(memory(List.of(new SegmentNames(0, 7, 16, true, List.of(ONE)).write()))))
                .isEmpty();
    }
}
