// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A question that names the ingest records it follows. */
final class ReadYourWritesITCase {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private static EmbeddedStack stack;
    private static MemoryClient client;

    @BeforeAll
    static void start() {
        stack = EmbeddedStack.start(StackOptions.defaults());
        client = new MemoryClient(stack.bootstrap(), stack.topics());
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @Test
    void everyWriteIsFoundByTheQuestionThatFollowsIt() {
        for (int i = 0; i < 100; i++) {
            float x = (float) Math.cos(i * Math.PI / 100);
            float y = (float) Math.sin(i * Math.PI / 100);
            AfterToken written = ingest("mine", "a" + i, x, y);
            QueryResult result = ask(question("after-" + i, "mine", x, y, written, 10_000));
            assertThat(result.getPartial()).as(result.getPartialReason()).isFalse();
            assertThat(result.getHits().get(0).getId()).isEqualTo("a" + i);
        }
    }

    @Test
    void aTokenInTheFutureIsAnsweredPartialAtTheDeadline() {
        AfterToken written = ingest("ahead", "a", 1, 1);
        AfterToken never = new AfterToken(written.getPartition(), written.getOffset() + 1_000_000);
        long start = System.nanoTime();
        QueryResult result = ask(question("never", "ahead", 1, 1, never, 1_500));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_490));
        assertThat(result.getPartial()).isTrue();
        assertThat(result.getPartialReason())
                .contains("had not been applied at its deadline", "offset " + never.getOffset());
        assertThat(result.getHits().stream().map(Hit::getId)).containsExactly("a");
        assertThat(result.getCost().getWaitMicros()).isGreaterThanOrEqualTo(1_400_000);
    }

    @Test
    void aQuestionThatCameFirstIsAnsweredWhenTheWriteComes() {
        AfterToken first = ingest("later", "a", 1, 1);
        AfterToken next = new AfterToken(first.getPartition(), first.getOffset() + 1);
        var waiting = client.ask(question("early", "later", 0, 1, next, 20_000), TIMEOUT);
        assertThat(ask(question("now", "later", 0, 1, first, 5_000)).getHits()).hasSize(1);
        assertThat(waiting).isNotDone();
        assertThat(ingest("later", "b", 0, 1)).isEqualTo(next);
        QueryResult result = waiting.join().result();
        assertThat(result.getPartial()).isFalse();
        assertThat(result.getHits().get(0).getId()).isEqualTo("b");
    }

    private static QueryResult ask(QueryRecord question) {
        QueryResult result = client.ask(question, TIMEOUT).join().result();
        assertThat(result.getError()).isNull();
        return result;
    }

    private static AfterToken ingest(String namespace, String id, float... vector) {
        return client.ingest(IngestRecord.newBuilder()
                        .setNamespace(namespace)
                        .setId(id)
                        .setVector(Vectors.toBytes(vector))
                        .build())
                .join();
    }

    private static QueryRecord question(
            String id, String namespace, float x, float y, AfterToken after, int deadlineMillis) {
        return QueryRecord.newBuilder()
                .setId(id)
                .setNamespace(namespace)
                .setVector(Vectors.toBytes(new float[] {x, y}))
                .setAfter(List.of(after))
                .setDeadlineMillis(deadlineMillis)
                .build();
    }
}
