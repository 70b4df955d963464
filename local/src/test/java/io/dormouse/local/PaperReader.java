// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Asks a memory about {@link PaperChanges}; an answer must be in full; {@link #awaitAll} asks until it is. */
record PaperReader(MemoryClient client, PaperChanges papers) {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** Waits until the memory has applied all that was sent. */
    void awaitAll() {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        for (QueryRecord question : papers.afterAll()) {
            QueryResult result = ask(question);
            while (result.getPartial() && System.nanoTime() < end) {
                question.setId(UUID.randomUUID().toString());
                result = ask(question);
            }
            idsOf(result, question.getK());
        }
    }

    /** The hits of the first {@code count} questions. */
    List<List<String>> answers(int count) {
        List<List<String>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(ids(papers.question(i)));
        }
        return answers;
    }

    /** The hits of one question. */
    List<String> ids(QueryRecord question) {
        return idsOf(ask(question), question.getK());
    }

    private QueryResult ask(QueryRecord question) {
        return client.ask(question, TIMEOUT).join().result();
    }

    private static List<String> idsOf(QueryResult result, int k) {
        assertThat(result.getError()).isNull();
        assertThat(result.getPartial()).as(result.getPartialReason()).isFalse();
        List<String> ids = result.getHits().stream().map(Hit::getId).toList();
        assertThat(ids).hasSize(k).doesNotHaveDuplicates();
        return ids;
    }
}
