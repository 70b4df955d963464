// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.observe;

import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.local.ColdPlace;
import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.StackOptions;
import io.dormouse.local.client.ClosedLoop;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.process.FreePorts;
import io.dormouse.schema.IngestOp;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * A memory with a bit of everything: hot, warm and cold pages, upserts and deletes that do what they should and others that
 * do not, dead letters, sampled queries, checkpoints; and with the metrics of docker-compose.yml on a port of its own.
 */
final class ObservedMemory implements AutoCloseable {
    private static final int DIMENSION = 64;
    private static final int ITEMS = 3_000;
    private static final int CLUSTERS = 50;

    /** Asked all the time: its pages stay warm, so that its answers can be sampled. */
    private static final String BUSY = "busy";

    /** Asked once a second: its pages go cold and are fetched. */
    private static final String RESTING = "resting";

    private final EmbeddedStack stack;
    private final MemoryClient client;
    private final String target;
    private long asked;

    private ObservedMemory(EmbeddedStack stack, String target) {
        this.stack = stack;
        this.client = new MemoryClient(stack.bootstrap(), stack.topics());
        this.target = target;
    }

    static ObservedMemory start() throws Exception {
        int port = FreePorts.find(0);
        Configuration flink = new Configuration();
        ComposeFile.flinkOptions().toMap().forEach((key, value) -> {
            if (key.startsWith("metrics.") || key.startsWith("state.backend.rocksdb.metrics.")) {
                flink.setString(key, value);
            }
        });
        flink.setString("metrics.reporter.prom.port", Integer.toString(port));
        Configuration job = new Configuration()
                .set(RetrievalOptions.COLD_AGE, Duration.ofSeconds(2))
                .set(RetrievalOptions.DEFAULT_RECALL, 0.9f)
                .set(RetrievalOptions.COLD_SEGMENT_BYTES, new MemorySize(64 << 10))
                .set(RetrievalOptions.HOT_BYTES, new MemorySize(400 << 10))
                .set(RetrievalOptions.RECALL_SAMPLING_SHARE, 0.1);
        EmbeddedStack stack = EmbeddedStack.start(StackOptions.defaults()
                .withParallelism(1)
                .withCold(ColdPlace.besideTheStack())
                .withCheckpointInterval(Duration.ofSeconds(1))
                .withOptions(flink, job));
        return new ObservedMemory(stack, "127.0.0.1:" + port);
    }

    /** Where its metrics are, as host:port. */
    String target() {
        return target;
    }

    /** Fills it. */
    void fill() {
        for (String namespace : List.of(BUSY, RESTING)) {
            for (int i = 0; i < ITEMS; i++) {
                client.ingest(item(namespace, i, vector(i)).build());
            }
        }
        client.ingest(
                item(BUSY, 0, vector(0)).setOp(IngestOp.DELETE).setVector(null).build());
        client.flush();
    }

    /** Keeps it busy for a second: questions, an upsert, and a dead letter of each stage. */
    void work() throws InterruptedException {
        client.ingest(item(BUSY, 1, new float[] {Float.NaN}).build());
        client.ingest(item(BUSY, 1, new float[DIMENSION + 1]).build());
        client.ingest(item(BUSY, 2, vector(2)).build());
        client.flush();
        new ClosedLoop(client, i -> question(RESTING), 1).run(Duration.ofSeconds(1), 2);
        new ClosedLoop(client, i -> question(BUSY), 4).run(Duration.ofSeconds(1), 500);
    }

    private QueryRecord question(String namespace) {
        return QueryRecord.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setNamespace(namespace)
                .setVector(Vectors.toBytes(vector((int) (asked++ % ITEMS))))
                .setK(5)
                .build();
    }

    private static IngestRecord.Builder item(String namespace, int id, float[] vector) {
        return IngestRecord.newBuilder()
                .setNamespace(namespace)
                .setId(Integer.toString(id))
                .setVector(Vectors.toBytes(vector))
                .setPayload(ByteBuffer.wrap(("what was said at " + id).getBytes(StandardCharsets.UTF_8)));
    }

    private static float[] vector(int item) {
        Random cluster = new Random(item % CLUSTERS);
        Random own = new Random(item);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (cluster.nextGaussian() + 0.3 * own.nextGaussian());
        }
        return vector;
    }

    @Override
    public void close() {
        client.close();
        stack.close();
    }
}
