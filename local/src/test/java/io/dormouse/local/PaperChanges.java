// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.local.sample.SampleRecords;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The sample's papers on their way into four namespaces, one of several partitions, with changes and deletes among them. */
final class PaperChanges {
    static final String SPREAD = "spread";
    private static final List<String> NAMESPACES = List.of(SPREAD, "one", "two", "three");

    private final ArxivSample sample;
    private final Map<String, SampleRecords> records = new HashMap<>();
    /** The place of each namespace's last record, once it and all before it have been accepted. */
    private final Map<String, CompletableFuture<AfterToken>> last = new HashMap<>();

    private final Set<String> alive = new HashSet<>();
    private int sent;

    PaperChanges(ArxivSample sample) {
        this.sample = sample;
        NAMESPACES.forEach(namespace -> records.put(namespace, new SampleRecords(sample, namespace)));
    }

    /** Sends papers up to this row, and what changes and goes between them. */
    void send(MemoryClient client, int end) {
        for (; sent < end; sent++) {
            send(client, item(sent));
            if (sent % 10 == 9) {
                IngestRecord changed = item(sent - 5);
                changed.setVector(Vectors.toBytes(sample.vectors()[sent - 8]));
                changed.setPayload(ByteBuffer.wrap(new byte[] {(byte) sent}));
                changed.setVersion(sent % 20 == 9 ? (Long) (long) sent : null);
                send(client, changed);
            }
            if (sent % 13 == 12) {
                IngestRecord gone = item(sent - 7);
                gone.setOp(IngestOp.DELETE);
                gone.setVector(null);
                send(client, gone);
            }
        }
    }

    private void send(MemoryClient client, IngestRecord record) {
        CompletableFuture<AfterToken> token = client.ingest(record);
        if (token.isCompletedExceptionally()) {
            token.join(); // the client has waited for it, and would for each of those that follow
        }
        last.merge(record.getNamespace(), token, (before, now) -> before.thenCombine(now, (a, b) -> b));
        if (record.getOp() == IngestOp.DELETE) {
            alive.remove(record.getId());
        } else {
            alive.add(record.getId());
        }
    }

    private IngestRecord item(int row) {
        return records.get(NAMESPACES.get(row % NAMESPACES.size())).item(row);
    }

    /** Items alive after all that was sent. */
    int items() {
        return alive.size();
    }

    /** One question for each namespace that is answered in full when all that was sent has been applied. */
    List<QueryRecord> afterAll() {
        List<QueryRecord> questions = new ArrayList<>();
        for (int i = 0; i < NAMESPACES.size(); i++) {
            QueryRecord question = question(i);
            question.setAfter(List.of(last.get(question.getNamespace()).join()));
            question.setDeadlineMillis(30_000);
            questions.add(question);
        }
        return questions;
    }

    /** A title question to one of the namespaces, to be answered exactly. */
    QueryRecord question(int number) {
        SampleRecords namespace = records.get(NAMESPACES.get(number % NAMESPACES.size()));
        QueryRecord question = namespace.question(
                sample.questions().get(number % sample.questions().size()),
                UUID.randomUUID().toString(),
                10);
        question.setRecallTarget(1f);
        return question;
    }
}
