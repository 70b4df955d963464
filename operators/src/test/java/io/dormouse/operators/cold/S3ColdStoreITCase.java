// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.cold;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.objectstore.Fault;
import io.dormouse.objectstore.FaultyObjectStore;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.state.cold.ColdStore;
import io.dormouse.state.sweep.ColdObjects;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server, by way of another that does wrong when told to. */
final class S3ColdStoreITCase implements ColdStoreContract {
    private static final Duration READ_MAX = Duration.ofSeconds(2);
    private static final Duration PUT_MAX = Duration.ofSeconds(3);
    /** What a call may take beyond its bound on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private static final ColdTimeouts PATIENT = new ColdTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(1));
    private static final String ROOT = "s3://dormouse/a/memory/";

    @TempDir
    private static Path folder;

    private static ObjectStoreProcess real;
    private static FaultyObjectStore faulty;
    private static ColdStore store;
    private static ColdObjects objects;

    @BeforeAll
    static void start() throws IOException {
        real = ObjectStoreProcess.start(folder);
        real.createBucket("dormouse");
        faulty = new FaultyObjectStore(real.endpoint());
        store = open(ROOT, Map.of());
        objects = openObjects(ROOT);
        assertThat(store).isInstanceOf(S3ColdStore.class);
    }

    @AfterAll
    static void stop() {
        store.close();
        objects.close();
        faulty.close();
        real.close();
    }

    @BeforeEach
    @AfterEach
    void mend() {
        faulty.set(Fault.none());
    }

    private static ColdStore open(String root, Map<String, String> others) throws IOException {
        return ColdStores.open(root, Configuration.fromMap(options(others)), PATIENT);
    }

    /** A store that gives up after {@link #READ_MAX} and {@link #PUT_MAX}. */
    private static ColdStore hasty(String socketTimeout) throws IOException {
        return ColdStores.open(
                ROOT,
                Configuration.fromMap(options(Map.of("s3.socket.timeout", socketTimeout))),
                new ColdTimeouts(READ_MAX, PUT_MAX));
    }

    private static Map<String, String> options(Map<String, String> others) {
        Map<String, String> options = new HashMap<>(faulty.flinkOptions(real.flinkOptions()));
        options.putAll(Map.of("s3.socket.timeout", "1 min", "s3.retry.max-num-retries", "2"));
        options.putAll(others);
        return options;
    }

    @Override
    public ColdStore store() {
        return store;
    }

    @Override
    public ColdObjects objects() {
        return objects;
    }

    @Test
    void aMovedObjectIsReadThoughItsPlaceIsForbiddenAsItIsWithoutLeaveToList() throws IOException {
        byte[] object = ColdStoreContract.bytes(1_000, 12);
        store.put("79aa", object);
        faulty.set(once(Fault.status(403)));
        assertThat(fails("79aa", () -> store.read("79aa", 0, 1_000), READ_MAX)).hasMessageContaining("403");
        objects.copy("segments/79/79aa", "trash/79/79aa");
        faulty.set(once(Fault.status(403)));
        assertThat(store.read("79aa", 0, 1_000)).isEqualTo(object);
    }

    @Test
    void aListingOfManyPagesIsWholeAndOneThatFailsIsAnError() throws IOException {
        Path root = Files.createDirectories(real.data().resolve("dormouse/many/segments/ab"));
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 2_345; i++) {
            String name = String.format("ab%062x", i);
            Files.writeString(root.resolve(name), "x");
            names.add("segments/ab/" + name);
        }
        try (ColdObjects many = openObjects("s3://dormouse/many")) {
            Set<String> found = new HashSet<>();
            many.list("", each -> found.add(each.path()));
            assertThat(found).isEqualTo(names);
            faulty.set(Fault.status(500));
            assertThatThrownBy(() -> many.list("", each -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("s3://dormouse/many/");
            assertThatThrownBy(() -> many.stat("segments/ab/x"))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(FileNotFoundException.class);
        }
    }

    private static ColdObjects openObjects(String root) throws IOException {
        return ColdStores.openObjects(root, Configuration.fromMap(options(Map.of())), PATIENT);
    }

    @Test
    void aPutAndAReadAreOneRequestEach() throws IOException {
        store.put("11aa", ColdStoreContract.bytes(8 << 20, 1));
        int before = faulty.requests();
        store.put("11aa", ColdStoreContract.bytes(8 << 20, 2));
        assertThat(faulty.requests() - before).isEqualTo(1);
        assertThat(store.read("11aa", 4 << 20, 65_536)).hasSize(65_536);
        assertThat(faulty.requests() - before).isEqualTo(2);
        assertThat(real.data().resolve("dormouse/a/memory/segments/11/11aa")).hasSize(8 << 20);
    }

    @Test
    void whatOneStoreHasPutAnotherReads() throws IOException {
        byte[] object = ColdStoreContract.bytes(1_000, 7);
        store.put("22aa", object);
        try (ColdStore other = open("s3a://dormouse/a/memory", Map.of())) {
            assertThat(other.read("22aa", 0, 1_000)).isEqualTo(object);
        }
    }

    @Test
    void aServerThatFailsOnceIsAskedAgain() throws IOException {
        byte[] object = ColdStoreContract.bytes(100_000, 5);
        store.put("33aa", object);
        for (Fault fault : new Fault[] {Fault.status(500), Fault.status(503), Fault.cutOff(50_000)}) {
            int before = faulty.requests();
            faulty.set(once(fault));
            assertThat(store.read("33aa", 0, 100_000)).isEqualTo(object);
            assertThat(faulty.requests() - before).isEqualTo(2);
        }
        faulty.set(once(Fault.status(503)));
        store.put("33aa", object);
    }

    @Test
    void aServerThatAlwaysFailsIsAskedAFewTimesOnly() throws IOException {
        store.put("44aa", new byte[1_000]);
        for (int status : new int[] {500, 503}) {
            faulty.set(Fault.status(status));
            int before = faulty.requests();
            fails("44aa", () -> store.read("44aa", 0, 1_000), READ_MAX);
            assertThat(faulty.requests() - before).isEqualTo(3);
            fails("44aa", () -> store.put("44aa", new byte[1_000]), PUT_MAX);
        }
        faulty.set(Fault.none());
        assertThat(store.read("44aa", 0, 1_000)).isEqualTo(new byte[1_000]);
    }

    @Test
    void aServerThatIsTooSlowIsGivenUpInTime() throws IOException {
        store.put("55aa", new byte[1_000]);
        faulty.set(Fault.delay(Duration.ofSeconds(30)));
        try (ColdStore hasty = hasty("700 ms")) {
            fails("55aa", () -> hasty.read("55aa", 0, 1_000), READ_MAX);
            fails("55aa", () -> hasty.put("55aa", new byte[1]), PUT_MAX);
        }
    }

    @Test
    void aSlowServerIsWaitedForWithinTheSocketTimeout() throws IOException {
        store.put("56aa", new byte[1_000]);
        faulty.set(Fault.delay(Duration.ofMillis(300)));
        assertThat(store.read("56aa", 0, 1_000)).hasSize(1_000);
    }

    @Test
    void theBoundHoldsWhereTheSocketTimeoutIsLonger() throws IOException {
        store.put("57aa", new byte[1_000]);
        try (ColdStore hasty = hasty("1 min")) {
            faulty.set(Fault.delay(Duration.ofSeconds(30)));
            fails("57aa", () -> hasty.read("57aa", 0, 1_000), READ_MAX);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsAnErrorAndNotTheEndOfTheObject() throws IOException {
        store.put("66aa", ColdStoreContract.bytes(100_000, 6));
        for (Fault fault : new Fault[] {Fault.cutOff(0), Fault.cutOff(60_000), Fault.shorten(60_000)}) {
            faulty.set(fault);
            assertThat(fails("66aa", () -> store.read("66aa", 0, 100_000), READ_MAX))
                    .isExactlyInstanceOf(IOException.class);
        }
    }

    @Test
    void wrongBytesComeAsTheyAre() throws IOException {
        byte[] object = ColdStoreContract.bytes(10_000, 8);
        byte[] other = ColdStoreContract.bytes(10_000, 9);
        store.put("77aa", object);
        faulty.set(Fault.swap(other));
        assertThat(store.read("77aa", 0, 10_000)).isEqualTo(other);
        faulty.set(Fault.flipBit());
        assertThat(store.read("77aa", 0, 10_000)).hasSize(10_000).isNotEqualTo(object);
    }

    @Test
    void bytesThatArriveWrongAreNotStored() throws IOException {
        // The server's half of the promise: it compares the checksum that comes with an object.
        byte[] object = ColdStoreContract.bytes(10_000, 10);
        store.put("78aa", object);
        faulty.set(Fault.none());
        faulty.flipUploads(true);
        try {
            fails("78aa", () -> store.put("78aa", ColdStoreContract.bytes(10_000, 11)), PUT_MAX);
        } finally {
            faulty.flipUploads(false);
        }
        assertThat(store.read("78aa", 0, 10_000)).isEqualTo(object);
    }

    @Test
    void aServerThatGoesAwayIsFoundAgainWhenItComesBack() throws IOException {
        byte[] object = ColdStoreContract.bytes(10_000, 12);
        store.put("88aa", object);
        faulty.goAway();
        fails("88aa", () -> store.read("88aa", 0, 10_000), READ_MAX);
        fails("88aa", () -> store.put("88aa", object), PUT_MAX);
        faulty.comeBack();
        assertThat(store.read("88aa", 0, 10_000)).isEqualTo(object);

        real.kill();
        fails("88aa", () -> store.read("88aa", 0, 10_000), READ_MAX);
        real.restart();
        assertThat(store.read("88aa", 0, 10_000)).isEqualTo(object);
    }

    @Test
    void closingAStoreEndsItsReads() throws Exception {
        store.put("99aa", new byte[1_000]);
        faulty.set(Fault.delay(Duration.ofSeconds(30)));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        ColdStore closed = open(ROOT, Map.of());
        int before = faulty.requests();
        new Thread(() -> {
                    try {
                        closed.read("99aa", 0, 1_000);
                    } catch (Throwable e) {
                        ended.complete(e);
                    }
                })
                .start();
        while (faulty.requests() == before) {
            Thread.onSpinWait();
        }
        closed.close();
        assertThat(ended.get(25, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }

    @Test
    void aThreadThatIsInterruptedReadsNothing() throws IOException {
        store.put("9aaa", new byte[1_000]);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> store.read("9aaa", 0, 1_000)).isInstanceOf(InterruptedIOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatIsWrongWithTheServiceIsNotTakenForAMissingObject() throws IOException {
        try (ColdStore nowhere = open("s3://no-such-bucket/a", Map.of());
                ColdStore stranger = open(ROOT, Map.of("s3.secret-key", "wrong"))) {
            assertThatThrownBy(() -> nowhere.read("aaaa", 0, 1))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(FileNotFoundException.class)
                    .hasMessageContaining("s3://no-such-bucket/a/segments/aa/aaaa");
            assertThatThrownBy(() -> stranger.put("aaaa", new byte[1]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403");
        }
        assertThat(Files.exists(real.data().resolve("dormouse/a/memory/segments/aa")))
                .isFalse();
    }

    /** One answer goes wrong, later ones do not. */
    private static Fault once(Fault fault) {
        return answer -> {
            faulty.set(Fault.none());
            return fault.change(answer);
        };
    }

    private static Throwable fails(String name, ThrowingCallable call, Duration bound) {
        long start = System.nanoTime();
        Throwable[] thrown = {null};
        assertThatThrownBy(call)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("segments/" + name.substring(0, 2) + "/" + name)
                .satisfies(e -> thrown[0] = e);
        assertThat(Duration.ofMillis(NANOSECONDS.toMillis(System.nanoTime() - start)))
                .isLessThan(bound.plus(SLACK));
        return thrown[0];
    }
}
