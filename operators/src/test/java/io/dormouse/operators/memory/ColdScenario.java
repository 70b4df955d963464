// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.ids;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** A memory of one namespace whose raw pages go to a folder, and a clock that moves when a test says so. */
final class ColdScenario {
    static final int DIMENSION = 16;
    static final int ITEMS = 400;
    static final long MINUTE = 60_000;

    /** A hot tier so small that hardly anything stays in it. */
    static final long CRAMPED = 16_000;

    private final Path cold;
    private long now = 1_000_000;

    ColdScenario(Path cold) {
        this.cold = cold;
    }

    long now() {
        return now;
    }

    MemorySettings settings(long hotBytesMax) {
        return MemoryHarness.settings(cold, hotBytesMax);
    }

    /** Sets a memory's clock. */
    MemoryHarness resume(MemoryHarness memory) throws Exception {
        memory.setProcessingTime(now);
        return memory;
    }

    MemoryHarness start(long hotBytesMax) throws Exception {
        return resume(MemoryHarness.start(settings(hotBytesMax)));
    }

    /** Writes items of the namespace. */
    void fill(MemoryHarness memory, int from, int end) throws Exception {
        for (int i = from; i < end; i++) {
            memory.send(ingest(item(i), 0, i));
            memory.runMails();
        }
    }

    static IngestRecord.Builder item(int i) {
        return upsert("docs", "i" + i, vector(DIMENSION, i)).setPayload(payload(i));
    }

    private static ByteBuffer payload(int i) {
        return ByteBuffer.wrap(("payload of item " + i).getBytes(UTF_8));
    }

    /** Lets pages age until segments hold them. */
    void age(MemoryHarness memory) throws Exception {
        ageUntil(memory, ITEMS * DIMENSION * 2);
    }

    /** Lets pages age until segments hold so many bytes of them. */
    void ageUntil(MemoryHarness memory, long bytes) throws Exception {
        for (int i = 0; i < 6; i++) {
            advance(memory, MINUTE);
        }
        until(memory, () -> {
            advance(memory, 1_000);
            return memory.gauge("coldBytesLive") > bytes;
        });
    }

    /** Waits until what goes to object storage has arrived there. */
    void settle(MemoryHarness memory) throws Exception {
        until(memory, () -> {
            advance(memory, 1_000);
            return memory.gauge("coldHeapBytes") == 0;
        });
    }

    void advance(MemoryHarness memory, long millis) throws Exception {
        now += millis;
        memory.setProcessingTime(now);
        memory.runMails();
    }

    /** Runs mails, which I/O threads post, until something holds. */
    static void until(MemoryHarness memory, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(end);
            memory.runMails();
            Thread.sleep(1);
        }
    }

    List<QueryResult> ask(MemoryHarness memory, int item) throws Exception {
        memory.send(Samples.ask(query("q" + item, "docs", 5, vector(DIMENSION, item)), 0, 1, now));
        List<QueryResult> answers = new ArrayList<>();
        until(memory, () -> answers.addAll(memory.answers()) || !answers.isEmpty());
        return answers;
    }

    void assertComplete(QueryResult answer, int item) {
        assertThat(answer.getPartial()).as(answer.getPartialReason()).isFalse();
        assertThat(ids(answer)).hasSize(5).startsWith("i" + item);
        for (Hit hit : answer.getHits()) {
            int i = Integer.parseInt(hit.getId().substring(1));
            assertThat(hit.getPayload()).isEqualTo(payload(i));
        }
    }

    /** Takes every segment out of the store, and those on their way to it. */
    void loseSegments(MemoryHarness memory, Path elsewhere) throws Exception {
        settle(memory);
        Files.move(cold.resolve("segments"), elsewhere.resolve("segments"));
    }

    /** Brings the segments back, beside those that may have been written since. */
    void findSegments(Path elsewhere) throws IOException {
        FileUtils.copyDirectory(
                elsewhere.resolve("segments").toFile(), cold.resolve("segments").toFile());
    }

    long objects() throws IOException {
        try (Stream<Path> files = Files.walk(cold)) {
            return files.filter(Files::isRegularFile).count();
        }
    }
}
