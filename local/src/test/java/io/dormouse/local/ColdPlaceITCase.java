// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.cold.ColdStores;
import io.dormouse.operators.cold.ColdTimeouts;
import io.dormouse.state.cold.ColdStore;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ColdPlaceITCase {
    private static final String NAME = "ab12";

    @TempDir
    private Path folder;

    @Test
    void objectsBesideAStackAreThereAgainAtItsNextStart() throws Exception {
        StackOptions options =
                StackOptions.defaults().withData(folder).withParallelism(1).withCold(ColdPlace.besideTheStack());
        ProcessHandle server;
        try (EmbeddedStack stack = EmbeddedStack.start(options)) {
            assertThat(stack.coldPath()).contains("s3://dormouse/memory");
            server = stack.objectStore().orElseThrow().process();
            assertThat(clusterOptions(stack))
                    .contains(stack.objectStore().get().endpoint().toString())
                    .contains("s3.path-style-access");
            try (ColdStore store = coldStore(stack)) {
                store.put(NAME, new byte[] {1, 2, 3});
            }
        }
        assertThat(server.isAlive()).isFalse();

        try (EmbeddedStack stack = EmbeddedStack.start(options);
                ColdStore store = coldStore(stack)) {
            assertThat(store.read(NAME, 1, 2)).containsExactly(2, 3);
        }
    }

    @Test
    void aFolderIsMadeAndGivenAsAUri() throws Exception {
        Path cold = folder.resolve("cold pages");
        try (RunningColdPlace place = RunningColdPlace.launch(ColdPlace.in(cold), new WorkDirectory(folder, false))) {
            place.awaitReady();
            assertThat(cold).isDirectory();
            assertThat(place.flinkOptions().toMap()).isEmpty();
            try (ColdStore store =
                    ColdStores.open(place.path().orElseThrow(), new Configuration(), ColdTimeouts.DEFAULT)) {
                store.put(NAME, new byte[] {1});
            }
        }
        assertThat(cold.resolve("segments/ab").resolve(NAME)).hasBinaryContent(new byte[] {1});
    }

    @Test
    void nowhereStartsNothing() {
        try (RunningColdPlace place = RunningColdPlace.launch(ColdPlace.none(), new WorkDirectory(folder, false))) {
            place.awaitReady();
            assertThat(place.path()).isEmpty();
            assertThat(place.objectStore()).isEmpty();
            assertThat(folder).isEmptyDirectory();
        }
    }

    private static ColdStore coldStore(EmbeddedStack stack) throws Exception {
        Configuration cluster =
                Configuration.fromMap(stack.objectStore().orElseThrow().flinkOptions());
        return ColdStores.open(stack.coldPath().orElseThrow(), cluster, ColdTimeouts.DEFAULT);
    }

    private static String clusterOptions(EmbeddedStack stack) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(stack.flink().webAddress().resolve("/jobmanager/config"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
