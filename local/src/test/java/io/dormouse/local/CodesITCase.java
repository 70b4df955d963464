// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.jobs.RetrievalOptions;
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
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A namespace of every code through Kafka, all in one memory, beside exact search; before a restore and after it. */
final class CodesITCase {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final List<CodeName> CODES = Arrays.stream(CodeName.values())
            .filter(code -> code != CodeName.UNKNOWN)
            .toList();
    private static final int DIMENSION = 64;
    private static final int ITEMS = 600;
    private static final int QUERIES = 20;
    private static final int K = 10;

    private static EmbeddedStack stack;
    private static RunningJob job;
    private static MemoryClient client;
    private static final Map<CodeName, float[][]> items = new EnumMap<>(CodeName.class);
    private static final Map<CodeName, AfterToken> last = new EnumMap<>(CodeName.class);

    @BeforeAll
    static void fillANamespaceOfEachCode() {
        Configuration slots = new Configuration();
        slots.set(TaskManagerOptions.NUM_TASK_SLOTS, 4);
        stack = EmbeddedStack.start(StackOptions.defaults().withOptions(slots, new Configuration()));
        Topics topics = new Topics(
                "codes-ingest",
                "codes-queries",
                "codes-namespaces",
                "codes-results",
                "codes-dead-letters",
                "codes-events",
                "codes-access-log");
        job = RunningJob.start(stack, topics, new Configuration().set(RetrievalOptions.GROUP, "codes-job"), 2);
        client = new MemoryClient(stack.bootstrap(), topics);
        CODES.forEach(CodesITCase::create);
        CODES.forEach(CodesITCase::ingest);
    }

    @AfterAll
    static void stop() {
        client.close();
        stack.close();
    }

    @ParameterizedTest
    @EnumSource(names = "UNKNOWN", mode = EnumSource.Mode.EXCLUDE)
    void aNamespaceOfTheCodeFindsWhatExactSearchFinds(CodeName code) {
        assertThat(recall(code)).isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void allOfThemFindTheSameAfterARestore() {
        Map<CodeName, List<String>> before = new EnumMap<>(CodeName.class);
        CODES.forEach(code -> before.put(code, ids(ask(code, query(code, 0)))));
        job.restore(job.stopWithSavepoint(), 1);
        for (CodeName code : CODES) {
            assertThat(ids(ask(code, query(code, 0)))).as("%s", code).isEqualTo(before.get(code));
            assertThat(recall(code)).as("%s", code).isGreaterThanOrEqualTo(0.99);
        }
    }

    private static void create(CodeName code) {
        MemoryEvent event = client.command(
                        NamespaceCommand.newBuilder()
                                .setId(UUID.randomUUID().toString())
                                .setOp(NamespaceOp.CREATE)
                                .setNamespace(code.name())
                                .setDimension(DIMENSION)
                                .setMetric(code == CodeName.BINARY ? MetricName.HAMMING : MetricName.L2)
                                .setCode(code)
                                .build(),
                        TIMEOUT)
                .join();
        assertThat(event.getType()).as(event.getMessage()).isEqualTo(EventType.NAMESPACE_CREATED);
    }

    private static void ingest(CodeName code) {
        Random random = new Random(code.ordinal());
        float[][] vectors = new float[ITEMS][];
        for (int i = 0; i < ITEMS; i++) {
            vectors[i] = vector(code, random);
            IngestRecord item = IngestRecord.newBuilder()
                    .setNamespace(code.name())
                    .setId(Integer.toString(i))
                    .setVector(Vectors.toBytes(vectors[i]))
                    .build();
            var sent = client.ingest(item);
            if (i == ITEMS - 1) {
                client.flush();
                last.put(code, sent.join());
            }
        }
        items.put(code, vectors);
    }

    private static float[] query(CodeName code, int number) {
        return vector(code, new Random(1_000 + number));
    }

    private static float[] vector(CodeName code, Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = code == CodeName.BINARY ? random.nextInt(2) : (float) random.nextGaussian();
        }
        return vector;
    }

    /** Share of the hits that are as near as the k-th nearest item, which with bits many are. */
    private static double recall(CodeName code) {
        int found = 0;
        for (int q = 0; q < QUERIES; q++) {
            float[] query = query(code, q);
            float[][] vectors = items.get(code);
            double farthest = IntStream.range(0, ITEMS)
                    .mapToDouble(i -> distance(query, vectors[i]))
                    .sorted()
                    .skip(K - 1)
                    .findFirst()
                    .orElseThrow();
            List<String> ids = ids(ask(code, query));
            assertThat(ids).hasSize(K).doesNotHaveDuplicates();
            found += (int) ids.stream()
                    .filter(id -> distance(query, vectors[Integer.parseInt(id)]) <= farthest)
                    .count();
        }
        return (double) found / (K * QUERIES);
    }

    /** Squared Euclidean distance; of bits it is the Hamming distance. */
    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    private static QueryResult ask(CodeName code, float[] vector) {
        QueryRecord question = QueryRecord.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setNamespace(code.name())
                .setVector(Vectors.toBytes(vector))
                .setK(K)
                .setAfter(List.of(last.get(code)))
                .setRecallTarget(1f)
                .setDeadlineMillis(30_000)
                .build();
        QueryResult result = client.ask(question, TIMEOUT).join().result();
        assertThat(result.getError()).isNull();
        assertThat(result.getPartial()).as(result.getPartialReason()).isFalse();
        assertThat(result.getCost().getRowsStored()).isEqualTo(ITEMS);
        return result;
    }

    private static List<String> ids(QueryResult result) {
        return result.getHits().stream().map(Hit::getId).toList();
    }
}
