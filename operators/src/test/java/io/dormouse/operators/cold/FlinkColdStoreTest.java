// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.cold.ColdStore;
import io.dormouse.state.sweep.ColdObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlinkColdStoreTest implements ColdStoreContract {
    @TempDir
    private Path folder;

    private Path root;
    private ColdStore store;

    @BeforeEach
    void open() throws IOException {
        root = folder.resolve("not/there yet");
        store = ColdStores.open(root.toUri().toString(), new Configuration(), ColdTimeouts.DEFAULT);
        assertThat(store).isInstanceOf(FlinkColdStore.class);
    }

    @Override
    public ColdStore store() {
        return store;
    }

    @Override
    public ColdObjects objects() {
        try {
            return ColdStores.openObjects(root.toUri().toString(), new Configuration(), ColdTimeouts.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anObjectLiesUnderTheFirstTwoCharactersOfItsNameAndNothingElseIsLeft() throws IOException {
        store.put("ab12", new byte[] {1});
        store.put("ab12", new byte[] {2});
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(root.resolve("segments/ab/ab12"));
        }
    }

    @Test
    void aPutThatFailsNamesTheObjectAndLeavesTheOldOne() throws IOException {
        Files.createDirectories(root.resolve("segments"));
        Files.writeString(root.resolve("segments/ab"), "in the way");
        assertThatThrownBy(() -> store.put("ab12", new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("segments/ab/ab12");
        assertThat(root.resolve("segments/ab")).hasContent("in the way");
    }

    @Test
    void aPutThatFailsAtTheEndLeavesNothingBehind() throws IOException {
        Path inTheWay = root.resolve("segments/cd/cd34/file");
        Files.createDirectories(inTheWay);
        assertThatThrownBy(() -> store.put("cd34", new byte[1])).isInstanceOf(IOException.class);
        try (Stream<Path> left = Files.list(root.resolve("segments/cd"))) {
            assertThat(left).containsExactly(root.resolve("segments/cd/cd34"));
        }
    }

    @Test
    void aRootThatIsNoPlaceIsRefused() {
        for (String root : new String[] {"", "relative/folder", "/folder", "s3:bucket", "s3:///path", "a b"}) {
            assertThatIllegalArgumentException()
                    .as(root)
                    .isThrownBy(() -> ColdStores.open(root, new Configuration(), ColdTimeouts.DEFAULT))
                    .withMessageContaining("expected s3://bucket/path");
        }
        assertThatThrownBy(() -> ColdStores.open("nofs://host/a", new Configuration(), ColdTimeouts.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nofs");
    }
}
