// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.objectstore.ObjectStoreProcess;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages that nobody uses lie in a real S3 server; it is killed and comes back; a restore finds them all. */
final class ColdTierITCase {
    /** Pages that came back for the questions go again: two ages, and the time that a segment is collected. */
    private static final long REST_MILLIS = 8_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int DIMENSION = 64;
    private static final int ITEMS = 2_000;
    private static final int K = 5;

    private static EmbeddedStack stack;
    private static RunningJob job;
    private static MemoryClient client;
    private static AfterToken last;

    @BeforeAll
    static void fill() {
        Configuration slots = new Configuration();
        slots.set(TaskManagerOptions.NUM_TASK_SLOTS, 3);
        stack = EmbeddedStack.start(StackOptions.defaults()
                .withParallelism(1)
                .withCold(ColdPlace.besideTheStack())
                .withOptions(slots, new Configuration()));
        Topics topics = new Topics(
                "cold-ingest",
                "cold-queries",
                "cold-namespaces",
                "cold-results",
                "cold-dead-letters",
                "cold-events",
                "cold-access-log");
        Configuration options = new Configuration()
                .set(RetrievalOptions.GROUP, "cold-job")
                .set(RetrievalOptions.COLD_AGE, Duration.ofMillis(500))
                .set(RetrievalOptions.COLD_SEGMENT_BYTES, new MemorySize(64 << 10))
                .set(RetrievalOptions.HOT_BYTES, new MemorySize(400 << 10))
                .set(RetrievalOptions.RECALL_SAMPLING_SHARE, 0.0);
        job = RunningJob.start(stack, topics, options, 1);
        client = new MemoryClient(stack.bootstrap(), topics);
        for (int i = 0; i < ITEMS; i++) {
            var sent = client.ingest(IngestRecord.newBuilder()
                    .setNamespace("cold")
                    .setId(Integer.toString(i))
                    .setVector(Vectors.toBytes(vector(i)))
                    .setPayload(payload(i))
                    .build());
            if (i == ITEMS - 1) {
                client.flush();
                last = sent.join();
            }
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @Test
    void coldPagesAreFetchedDoneWithoutAndFoundAgain() throws Exception {
        until(() -> objects() > 5);
        until(() -> ask(1, 30_000).getCost().getPagesCold() > 0
                || ask(2, 30_000).getCost().getPagesCold() > 0);
        for (int i = 0; i < ITEMS; i += 50) {
            assertComplete(ask(i, 30_000), i);
        }

        Thread.sleep(REST_MILLIS);
        ObjectStoreProcess server = stack.objectStore().orElseThrow();
        server.kill();
        int partial = 0;
        for (int i = 0; i < ITEMS; i += 100) {
            QueryResult answer = ask(i, 3_000);
            assertThat(answer.getError()).isNull();
            assertThat(answer.getHits()).hasSize(K);
            if (answer.getPartial()) {
                partial++;
                assertThat(answer.getPartialReason()).contains("object storage");
            }
        }
        assertThat(partial).as("answers without the killed server").isPositive();

        server.restart();
        int[] whole = new int[1];
        until(() -> {
            int item = 37 * whole[0];
            QueryResult answer = ask(item, 30_000);
            whole[0] = answer.getPartial() ? 0 : whole[0] + 1;
            return whole[0] == 30; // in a row
        });
        assertComplete(ask(7, 30_000), 7);

        Thread.sleep(REST_MILLIS);
        String savepoint = job.stopWithSavepoint();
        StateDigest digest =
                StateDigest.of(savepoint, stack.coldPath().orElseThrow(), Configuration.fromMap(server.flinkOptions()));
        assertThat(digest.examples()).isEmpty();
        assertThat(digest.items()).isEqualTo(ITEMS);
        assertThat(StateDigest.of(savepoint).faults())
                .as("without its object storage")
                .isPositive();
        job.restore(savepoint, 1);
        for (int i = 0; i < ITEMS; i += 100) {
            assertComplete(ask(i, 30_000), i);
        }
    }

    private static float[] vector(int item) {
        Random random = new Random(item);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static ByteBuffer payload(int item) {
        return ByteBuffer.wrap(("what was said at moment " + item).getBytes(UTF_8));
    }

    private static QueryResult ask(int item, int deadlineMillis) {
        QueryRecord question = QueryRecord.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setNamespace("cold")
                .setVector(Vectors.toBytes(vector(item)))
                .setK(K)
                .setAfter(List.of(last))
                .setDeadlineMillis(deadlineMillis)
                .build();
        return client.ask(question, TIMEOUT).join().result();
    }

    private static void assertComplete(QueryResult answer, int item) {
        assertThat(answer.getError()).isNull();
        assertThat(answer.getPartial()).as(answer.getPartialReason()).isFalse();
        assertThat(answer.getHits()).hasSize(K);
        assertThat(answer.getHits().get(0).getId()).isEqualTo(Integer.toString(item));
        assertThat(answer.getHits().get(0).getScore()).isGreaterThan(0.9999f);
        for (Hit hit : answer.getHits()) {
            assertThat(hit.getPayload()).isEqualTo(payload(Integer.parseInt(hit.getId())));
        }
    }

    private static long objects() throws Exception {
        Path data = stack.objectStore().orElseThrow().data();
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).count();
        } catch (UncheckedIOException e) {
            return 0; // the server has renamed a file that it was writing: look again
        }
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
