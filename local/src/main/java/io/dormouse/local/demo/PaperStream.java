// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.demo;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.sample.ArxivSample;
import io.dormouse.local.sample.SampleRecords;
import io.dormouse.schema.AfterToken;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Sends the sample's papers in date order, and knows where in Kafka each has come to lie. */
final class PaperStream {
    private final MemoryClient client;
    private final ArxivSample sample;
    private final SampleRecords records;
    private final Map<Integer, CompletableFuture<AfterToken>> watched = new ConcurrentHashMap<>();
    private final Map<Integer, Long> lastOffsets = new ConcurrentHashMap<>();

    PaperStream(MemoryClient client, ArxivSample sample, SampleRecords records) {
        this.client = Objects.requireNonNull(client);
        this.sample = Objects.requireNonNull(sample);
        this.records = Objects.requireNonNull(records);
    }

    /** The place of the paper of {@code row}, once Kafka has acknowledged it; ask before the stream runs. */
    CompletableFuture<AfterToken> acknowledged(int row) {
        return watched.computeIfAbsent(row, r -> new CompletableFuture<>());
    }

    /** Sends all papers, at most {@code perSecond} (0 = no limit), and waits until Kafka has them. */
    void run(long perSecond, Runnable onAcknowledged, Consumer<Throwable> onFailure) {
        long start = System.nanoTime();
        for (int row = 0; row < sample.papers().size(); row++) {
            if (perSecond > 0) {
                long due = start + row * 1_000_000_000L / perSecond;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
            }
            int sent = row;
            client.ingest(records.item(row)).whenComplete((token, failure) -> {
                if (failure != null) {
                    onFailure.accept(failure);
                } else {
                    lastOffsets.merge(token.getPartition(), token.getOffset(), Math::max);
                    onAcknowledged.run();
                }
                complete(sent, token, failure);
            });
        }
        client.flush();
    }

    private void complete(int row, AfterToken token, Throwable failure) {
        CompletableFuture<AfterToken> waiting = watched.get(row);
        if (waiting != null && failure == null) {
            waiting.complete(token);
        } else if (waiting != null) {
            waiting.completeExceptionally(failure);
        }
    }

    /** Tokens that stand for every paper sent: the last place in each partition. */
    List<AfterToken> end() {
        return lastOffsets.entrySet().stream()
                .map(last -> new AfterToken(last.getKey(), last.getValue()))
                .toList();
    }
}
