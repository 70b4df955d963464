// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootFolderTest {
    @TempDir
    private Path folder;

    private void checkpoint(String path) throws IOException {
        Files.createDirectories(folder.resolve(path));
        Files.writeString(folder.resolve(path).resolve("_metadata"), "");
    }

    @Test
    void oneSavepointHasOneUriHoweverItIsNamed() {
        String expected = "file:/a b/savepoint-1";
        for (String name : new String[] {
            "/a b/savepoint-1",
            "/a b/savepoint-1/",
            "/a b/x/../savepoint-1/_metadata",
            "file:/a b/savepoint-1",
            "file:///a b/savepoint-1/",
            "file:///a b/savepoint-1/_metadata"
        }) {
            assertThat(RootFolder.uri(name)).as(name).isEqualTo(expected);
        }
        assertThat(RootFolder.uri("s3://bucket/a/savepoint-1/_metadata")).isEqualTo("s3://bucket/a/savepoint-1");
        assertThat(RootFolder.uri("savepoint-1")).startsWith("file:/").endsWith("/savepoint-1");
    }

    @Test
    void completedCheckpointsOfOneJobAndOfAllAreFound() throws IOException {
        checkpoint("one/chk-3");
        checkpoint("one/chk-12");
        checkpoint("two/chk-1");
        checkpoint("two/other-1");
        checkpoint("two/chk-1/chk-7");
        Files.createDirectories(folder.resolve("two/chk-2"));
        Files.createDirectories(folder.resolve("one/shared"));
        Files.writeString(folder.resolve("a file"), "");
        assertThat(RootFolder.checkpointsBelow(RootFolder.uri(folder.toString())))
                .extracting(root -> root.path().replaceAll(".*/(.*/.*)", "$1"))
                .containsExactlyInAnyOrder("one/chk-3", "one/chk-12", "two/chk-1");
        assertThat(RootFolder.checkpointsBelow(
                        RootFolder.uri(folder.resolve("one").toString())))
                .extracting(Root::number)
                .containsExactlyInAnyOrder(3L, 12L);
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        String nowhere = RootFolder.uri(folder.resolve("nowhere").toString());
        assertThatThrownBy(() -> RootFolder.checkpointsBelow(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(nowhere);
    }
}
