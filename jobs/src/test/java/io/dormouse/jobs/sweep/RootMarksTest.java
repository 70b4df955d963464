// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.operators.cold.ColdStores;
import io.dormouse.operators.cold.ColdTimeouts;
import io.dormouse.state.sweep.ColdObjects;
import io.dormouse.state.sweep.SweepProgress;
import io.dormouse.state.sweep.SweepRoots.Marks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints and savepoints count, and which faults of theirs end a sweep. */
class RootMarksTest {
    @TempDir
    private Path folder;

    private ColdObjects objects;
    private SavepointRegistry registry;
    /** Something that happens once, when the first root has been read. */
    private Step between = () -> {};

    private interface Step {
        void run() throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        objects = ColdStores.openObjects(
                folder.resolve("cold").toUri().toString(), new Configuration(), ColdTimeouts.DEFAULT);
        registry = new SavepointRegistry(objects);
    }

    private RootMarks marks(boolean mayBeEmpty) {
        SweepProgress progress = (what, done, total) -> {
            Step step = between;
            between = () -> {};
            try {
                step.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        return new RootMarks(
                List.of(folder.resolve("checkpoints").toString()),
                mayBeEmpty,
                registry,
                new RootReader(new Configuration()),
                progress);
    }

    /** A checkpoint of a job that has no paged memory. */
    private Path foreign(String path) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve(path));
        try (OutputStream out = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(1, List.of(), List.of()), out);
        }
        return checkpoint;
    }

    private Path broken(String path) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve(path));
        Files.writeString(checkpoint.resolve("_metadata"), "nothing of the kind");
        return checkpoint;
    }

    private void remove(Path checkpoint) throws IOException {
        Files.delete(checkpoint.resolve("_metadata"));
    }

    @Test
    void checkpointsOfOtherJobsAreReadAndCountForNothing() throws IOException {
        foreign("checkpoints/job/chk-1");
        RootMarks roots = marks(false);
        assertThat(roots.mark()).isEqualTo(new Marks(0, Long.MAX_VALUE, Set.of()));
        assertThat(roots.roots().values())
                .extracting(RootSegments::source)
                .containsExactly(RootSegments.Source.NO_MEMORY);
    }

    @Test
    void aCheckpointThatCannotBeReadIsNamed() throws IOException {
        foreign("checkpoints/job/chk-1");
        Path bad = broken("checkpoints/job/chk-2");
        foreign("checkpoints/job/chk-3");
        assertThatThrownBy(() -> marks(false).mark())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint file:" + bad);
    }

    @Test
    void aCheckpointThatIsSubsumedMeanwhileIsNoFault() throws IOException {
        Path subsumed = broken("checkpoints/job/chk-2");
        between = () -> {
            remove(subsumed);
            foreign("checkpoints/job/chk-3");
        };
        RootMarks roots = marks(false);
        roots.mark();
        assertThat(roots.roots().keySet()).extracting(Root::number).containsExactly(3L);
    }

    @Test
    void aCheckpointThatVanishesWithoutANewerOneOfTheSameJobIsAFault() throws IOException {
        foreign("checkpoints/other/chk-9");
        Path gone = broken("checkpoints/job/chk-2");
        foreign("checkpoints/job/chk-1");
        between = () -> remove(gone);
        assertThatThrownBy(() -> marks(false).mark()).hasMessageContaining("chk-2");
    }

    @Test
    void aFolderWithoutCheckpointsIsAFaultUnlessThatIsRight() throws IOException {
        Files.createDirectories(folder.resolve("checkpoints/job/chk-1"));
        assertThatThrownBy(() -> marks(false).mark()).hasMessageContaining("no completed checkpoint");
        assertThat(marks(true).mark().roots()).isZero();
    }

    @Test
    void registeredSavepointsMustBeThereAndOfAMemory() throws IOException {
        Path savepoint = foreign("savepoint-1");
        assertThatThrownBy(() -> registry.register(savepoint.toString(), new RootReader(new Configuration()), 5))
                .hasMessageContaining("no paged memory");
        assertThatThrownBy(() ->
                        registry.register(folder.resolve("nowhere").toString(), new RootReader(new Configuration()), 5))
                .hasMessageContaining("no savepoint at");
        assertThat(registry.entries()).isEmpty();
        assertThat(registry.unregister(savepoint.toString())).isFalse();
    }

    @Test
    void anEntryOfTheRegistryThatIsNotSoundEndsTheSweep() throws IOException {
        for (String entry : new String[] {
            "no JSON", "{}", "{\"format\": \"dormouse-root\", \"version\": 1, \"savepoint\": \"file:/elsewhere\"}"
        }) {
            objects.write("roots/00.json", entry.getBytes());
            assertThatThrownBy(() -> marks(true).mark()).as(entry).hasMessageContaining("roots/00.json");
        }
    }
}
