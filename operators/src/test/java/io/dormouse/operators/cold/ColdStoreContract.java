// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.cold.ColdStore;
import io.dormouse.state.sweep.ColdLayout;
import io.dormouse.state.sweep.ColdObject;
import io.dormouse.state.sweep.ColdObjects;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every cold store does, whatever lies under it. */
interface ColdStoreContract {
    String NAME = "a1b2c3-0.7";

    /** The store, the same for one test. */
    ColdStore store();

    /** The objects of that store. */
    ColdObjects objects();

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    default void everyRangeOfAnObjectIsReadAsItWasPut() throws IOException {
        byte[] object = bytes(1 << 20, 1);
        store().put(NAME, object);
        for (int offset : new int[] {0, 1, 65_536, object.length - 4_096}) {
            for (int length : new int[] {1, 4_096}) {
                assertThat(store().read(NAME, offset, length))
                        .isEqualTo(Arrays.copyOfRange(object, offset, offset + length));
            }
        }
        assertThat(store().read(NAME, 0, object.length)).isEqualTo(object);
    }

    @Test
    default void anObjectThatIsPutAgainIsReplaced() throws IOException {
        store().put(NAME, bytes(5_000, 2));
        byte[] second = bytes(3_000, 3);
        store().put(NAME, second);
        assertThat(store().read(NAME, 0, 3_000)).isEqualTo(second);
        assertThatThrownBy(() -> store().read(NAME, 0, 3_001)).isInstanceOf(EOFException.class);
    }

    @Test
    default void anObjectThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> store().read("00ff", 0, 10))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("segments/00/00ff");
    }

    @Test
    default void aRangeThatAnObjectDoesNotHaveIsItsEnd() throws IOException {
        store().put(NAME, bytes(1_000, 4));
        for (long offset : new long[] {999, 1_000, 5_000}) {
            assertThatThrownBy(() -> store().read(NAME, offset, 2))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining(NAME);
        }
    }

    @Test
    default void anObjectThatASweepMovedIsReadFromTheTrash() throws IOException {
        byte[] object = bytes(10_000, 5);
        String name = "7a".repeat(32);
        store().put(name, object);
        objects().copy(ColdLayout.segment(name), ColdLayout.trash(name));
        objects().delete(ColdLayout.segment(name));
        assertThat(store().read(name, 100, 5_000)).isEqualTo(Arrays.copyOfRange(object, 100, 5_100));
        assertThatThrownBy(() -> store().read(name, 9_999, 2)).isInstanceOf(EOFException.class);
        store().put(name, bytes(10_000, 6));
        assertThat(store().read(name, 0, 10_000)).isEqualTo(bytes(10_000, 6));
        objects().delete(ColdLayout.segment(name));
        objects().delete(ColdLayout.trash(name));
        assertThatThrownBy(() -> store().read(name, 0, 1))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining(ColdLayout.segment(name));
    }

    @Test
    default void objectsAreListedLookedAtCopiedAndDeleted() throws IOException {
        long before = System.currentTimeMillis() - 2_000;
        for (int i = 0; i < 5; i++) {
            store().put("c" + i, bytes(100 + i, i));
        }
        objects().write("roots/a.json", bytes(7, 7));
        List<ColdObject> found = new ArrayList<>();
        objects().list("", found::add);
        assertThat(found).extracting(ColdObject::path).contains("segments/c0/c0", "segments/c4/c4", "roots/a.json");
        for (ColdObject each : found) {
            assertThat(objects().stat(each.path())).contains(each);
            assertThat(each.modifiedMillis()).isBetween(before, System.currentTimeMillis() + 2_000);
        }
        List<ColdObject> roots = new ArrayList<>();
        objects().list("roots/", roots::add);
        assertThat(roots).singleElement().matches(each -> each.path().equals("roots/a.json") && each.bytes() == 7);
        assertThat(objects().read("roots/a.json")).isEqualTo(bytes(7, 7));

        objects().copy("segments/c4/c4", "trash/c4/c4");
        assertThat(objects().read("trash/c4/c4")).isEqualTo(bytes(104, 4));
        objects().delete("segments/c4/c4");
        objects().delete("segments/c4/c4");
        assertThat(objects().stat("segments/c4/c4")).isEmpty();
        assertThatThrownBy(() -> objects().copy("segments/c4/c4", "trash/c4/c4"))
                .isInstanceOf(IOException.class);
        assertThat(objects().stat("trash/c4/c4")).get().matches(each -> each.bytes() == 104);
        List<ColdObject> none = new ArrayList<>();
        objects().list("nowhere/", none::add);
        assertThat(none).isEmpty();
        objects().delete("trash/c4/c4");
        objects().delete("roots/a.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "..", ".a1", "a/b", "../a1", "A1", "g1", "a1 ", "a1\n", "a%2f", "-a"})
    default void aNameThatMayLeadElsewhereIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().put(name, new byte[1]))
                .withMessageContaining("'" + name + "'");
        assertThatIllegalArgumentException().isThrownBy(() -> store().read(name, 0, 1));
    }

    @Test
    default void rangesWithoutBytesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> store().read(NAME, -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> store().read(NAME, 0, 0));
    }

    @Test
    default void threadsPutAndReadAtOnceAndSeeWholeObjectsOnly() throws Exception {
        List<byte[]> versions = IntStream.range(0, 8)
                .mapToObj(version -> filled(300_000, (byte) version))
                .toList();
        store().put(NAME, versions.get(0));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> done = threads.invokeAll(IntStream.range(0, 160)
                    .mapToObj(task -> putOrRead(task, versions))
                    .toList());
            for (Future<Boolean> each : done) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Callable<Boolean> putOrRead(int task, List<byte[]> versions) {
        return () -> {
            if (task % 4 == 0) {
                store().put(NAME, versions.get(task / 4 % versions.size()));
                return true;
            }
            byte[] all = store().read(NAME, 0, 300_000);
            return Arrays.equals(all, versions.get(all[0]));
        };
    }

    private static byte[] filled(int length, byte value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, value);
        return bytes;
    }
}
