// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.data;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.MetricName;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Loads a vector set into a running memory through Kafka and waits until every item can be found. */
public final class LoadedMemory {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private LoadedMemory() {}

    /** As {@link #load(MemoryClient, VectorSet, MetricName)} with a client of its own, which follows no results any more. */
    public static double load(ProcessStack stack, VectorSet set, MetricName metric) {
        try (MemoryClient client = new MemoryClient(stack.bootstrap(), stack.topics())) {
            return load(client, set, metric);
        }
    }

    /**
     * Creates the set's namespace and streams its rows.
     *
     * @return seconds from the first record sent until the last one was searchable
     */
    public static double load(MemoryClient client, VectorSet set, MetricName metric) {
        MemoryEvent created = client.command(
                        NamespaceCommand.newBuilder()
                                .setId("create-" + UUID.randomUUID())
                                .setOp(NamespaceOp.CREATE)
                                .setNamespace(set.name())
                                .setDimension(set.dimension())
                                .setMetric(metric)
                                .build(),
                        TIMEOUT)
                .join();
        if (created.getType() != EventType.NAMESPACE_CREATED) {
            throw new IllegalStateException("namespace " + set.name() + " was not created: " + created.getMessage());
        }
        long start = System.nanoTime();
        CompletableFuture<AfterToken> last = null;
        for (int row = 0; row < set.base().length; row++) {
            last = client.ingest(set.item(row));
        }
        client.flush();
        QueryResult settled = null;
        do {
            settled = client.ask(query(set, 0, "loaded-" + UUID.randomUUID(), 1, List.of(last.join())), TIMEOUT)
                    .join()
                    .result();
        } while (settled.getPartial());
        if (settled.getError() != null || settled.getCost().getRowsStored() != set.base().length) {
            throw new IllegalStateException(
                    set.name() + " holds " + settled.getCost().getRowsStored() + " items of " + set.base().length
                            + "; error " + settled.getError());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** One of the set's queries as a record. */
    public static QueryRecord query(VectorSet set, int query, String id, int k, List<AfterToken> after) {
        return QueryRecord.newBuilder()
                .setId(id)
                .setNamespace(set.name())
                .setVector(Vectors.toBytes(set.queries()[query]))
                .setK(k)
                .setDeadlineMillis(after.isEmpty() ? null : Integer.valueOf(60_000))
                .setAfter(after)
                .build();
    }
}
