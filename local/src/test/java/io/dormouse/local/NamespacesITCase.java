// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.local.client.MemoryClient;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.CodeName;
import io.dormouse.schema.EventType;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The life of namespaces through Kafka. */
final class NamespacesITCase {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final int ITEMS = 200;

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
    void aNamespaceIsComparedByTheMetricItWasCreatedWith() {
        create("l2", MetricName.L2, CodeName.FLOAT32, 1);
        create("dot", MetricName.INNER_PRODUCT, CodeName.INT8, 1);
        for (String namespace : List.of("l2", "dot")) {
            ingest(namespace, "near", 1, 1);
            AfterToken last = ingest(namespace, "long", 10, 10);
            QueryResult result = ask(namespace, last, 2, 1, 1);
            boolean l2 = namespace.equals("l2");
            assertThat(ids(result)).containsExactly(l2 ? "near" : "long", l2 ? "long" : "near");
            assertThat(result.getHits().get(0).getScore()).isEqualTo(l2 ? 0f : 20f);
        }
    }

    @Test
    void aNamespaceOfFourPartitionsIsFilledAskedAlteredAndErased() {
        assertThat(create("wide", MetricName.L2, null, 4).getDetails()).containsEntry("partitions", "4");
        AfterToken last = fill("wide");
        QueryResult result = ask("wide", last, 20, 50.4f, 0);
        assertThat(ids(result)).containsExactlyElementsOf(nearest(50.4f, 20));
        assertThat(result.getCost().getRowsStored()).isEqualTo(ITEMS);

        NamespaceCommand alter = command(NamespaceOp.ALTER, "wide");
        alter.setRecallTarget(1f);
        MemoryEvent altered = send(alter);
        assertThat(altered.getType()).isEqualTo(EventType.NAMESPACE_ALTERED);
        assertThat(altered.getDetails()).containsEntry("items", Integer.toString(ITEMS));

        MemoryEvent erased = send(command(NamespaceOp.ERASE, "wide"));
        assertThat(erased.getType()).isEqualTo(EventType.NAMESPACE_ERASED);
        assertThat(erased.getDetails()).containsEntry("partitions", "4").containsEntry("items", "" + ITEMS);
        assertThat(answer("wide", List.of(), 1, 1, 1).getError()).contains("'wide' does not exist");
    }

    @Test
    void aCommandThatContradictsTheNamespaceIsRejectedAndChangesNothing() {
        create("fixed", MetricName.L2, null, 1);
        AfterToken last = ingest("fixed", "a", 1, 1);
        NamespaceCommand other = command(NamespaceOp.CREATE, "fixed");
        other.setDimension(3);
        MemoryEvent rejected = send(other);
        assertThat(rejected.getType()).isEqualTo(EventType.NAMESPACE_REJECTED);
        assertThat(rejected.getMessage()).contains("exists with dimension 2; the command wants 3");
        NamespaceCommand alter = command(NamespaceOp.ALTER, "nobody's");
        alter.setItemsMax(1L);
        assertThat(send(alter).getType()).isEqualTo(EventType.NAMESPACE_REJECTED);
        assertThat(ids(ask("fixed", last, 1, 1, 1))).containsExactly("a");
    }

    @Test
    void aNamespaceThatItsRecordsMadeIsSpreadByALaterCommandAndKeepsEachItemOnce() {
        ask("grown", fill("grown"), 1, 1, 1);
        MemoryEvent created = create("grown", MetricName.COSINE, null, 4);
        assertThat(created.getDetails()).containsEntry("partitions", "4");
        AfterToken last = fill("grown");
        QueryResult result = ask("grown", last, ITEMS, 0, 1);
        assertThat(ids(result))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ITEMS).mapToObj(i -> "i" + i).toList());
        assertThat(result.getCost().getRowsStored()).isEqualTo(ITEMS);
    }

    private static AfterToken fill(String namespace) {
        AfterToken last = null;
        for (int i = 0; i < ITEMS; i++) {
            last = ingest(namespace, "i" + i, i, 1);
        }
        return last;
    }

    private static List<String> nearest(float x, int k) {
        return IntStream.range(0, ITEMS)
                .boxed()
                .sorted((a, b) -> Float.compare(Math.abs(a - x), Math.abs(b - x)))
                .limit(k)
                .map(i -> "i" + i)
                .toList();
    }

    private static MemoryEvent create(String namespace, MetricName metric, CodeName code, int partitions) {
        NamespaceCommand command = command(NamespaceOp.CREATE, namespace);
        command.setDimension(2);
        command.setMetric(metric);
        command.setCode(code);
        command.setPartitions(partitions);
        MemoryEvent event = send(command);
        assertThat(event.getType()).as(event.getMessage()).isEqualTo(EventType.NAMESPACE_CREATED);
        return event;
    }

    private static NamespaceCommand command(NamespaceOp op, String namespace) {
        return NamespaceCommand.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setOp(op)
                .setNamespace(namespace)
                .build();
    }

    private static MemoryEvent send(NamespaceCommand command) {
        return client.command(command, TIMEOUT).join();
    }

    private static AfterToken ingest(String namespace, String id, float... vector) {
        return client.ingest(IngestRecord.newBuilder()
                        .setNamespace(namespace)
                        .setId(id)
                        .setVector(Vectors.toBytes(vector))
                        .build())
                .join();
    }

    private static QueryResult ask(String namespace, AfterToken after, int k, float... vector) {
        QueryResult result = answer(namespace, List.of(after), k, vector);
        assertThat(result.getError()).isNull();
        assertThat(result.getPartial()).as(result.getPartialReason()).isFalse();
        return result;
    }

    private static QueryResult answer(String namespace, List<AfterToken> after, int k, float... vector) {
        QueryRecord question = QueryRecord.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setNamespace(namespace)
                .setVector(Vectors.toBytes(vector))
                .setK(k)
                .setAfter(after)
                .setRecallTarget(1f)
                .build();
        return client.ask(question, TIMEOUT).join().result();
    }

    private static List<String> ids(QueryResult result) {
        return result.getHits().stream().map(Hit::getId).toList();
    }
}
