// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static io.dormouse.operators.Samples.command;
import static io.dormouse.operators.Samples.create;
import static io.dormouse.operators.Samples.delete;
import static io.dormouse.operators.Samples.erase;
import static io.dormouse.operators.Samples.ingest;
import static io.dormouse.operators.Samples.query;
import static io.dormouse.operators.Samples.upsert;
import static io.dormouse.operators.Samples.vector;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.schema.EventType;
import io.dormouse.schema.Hit;
import io.dormouse.schema.IngestRecord;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.util.FileUtils;

/**
 * Namespaces that live side by side with the same ids and the same vectors; only payloads, kept in a model beside, tell whose
 * an item is. One of them has several partitions. All at random: writes, erasures, questions that are answered together,
 * restores with questions under way, and time, in which pages go to object storage.
 */
final class NeighboursScenario implements AutoCloseable {
    private static final List<String> NAMESPACES = List.of("a", "b", "ab", "spread");
    private static final String SPREAD = "spread";
    private static final int PARTITIONS = 3;
    private static final int IDS = 120;

    private final Random random;
    private final long hotBytesMax;
    private final Path folder = Files.createTempDirectory("neighbours");
    private final ColdScenario scenario = new ColdScenario(folder);
    /** By namespace that exists and id: the payload. */
    private final Map<String, Map<String, String>> model = new HashMap<>();
    /** Shards that were asked and have not answered, by query id. */
    private final Map<String, Set<ShardKey>> asked = new HashMap<>();

    private MemoryHarness memory;
    private long offset;
    private long hits;
    private int restores;
    private int erases;
    private long coldReads;

    NeighboursScenario(Random random, long hotBytesMax) throws Exception {
        this.random = random;
        this.hotBytesMax = hotBytesMax;
        memory = scenario.start(hotBytesMax);
    }

    /** Does so many random things, and looks at every answer. */
    void live(int steps) throws Exception {
        for (int i = 0; i < steps; i++) {
            String namespace = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
            int choice = random.nextInt(100);
            if (choice < 60) {
                for (int n = random.nextInt(8); n >= 0; n--) {
                    write(namespace, "i" + random.nextInt(IDS));
                }
            } else if (choice < 62) {
                createOne(namespace);
            } else if (choice < 63) {
                eraseOne(namespace);
            } else if (choice < 85) {
                askSeveral();
                if (random.nextInt(20) == 0) {
                    restore();
                }
                awaitAnswers();
            } else if (choice < 86) {
                restore();
            } else if (choice < 94) {
                memory.runMails();
            } else {
                rest();
            }
        }
    }

    /** Nobody does anything for so long that pages age, and what goes to object storage arrives there. */
    private void rest() throws Exception {
        for (int i = 0; i < 6; i++) {
            scenario.advance(memory, ColdScenario.MINUTE);
        }
        scenario.settle(memory);
    }

    private void write(String namespace, String id) throws Exception {
        boolean spread = namespace.equals(SPREAD);
        if (spread && !model.containsKey(namespace)) {
            return;
        }
        int shard = spread ? ShardKey.partitionOf(id, PARTITIONS) : 0;
        offset++;
        if (random.nextInt(5) == 0) {
            memory.send(ingest(delete(namespace, id), shard, offset));
            model.getOrDefault(namespace, new HashMap<>()).remove(id);
        } else {
            String payload = namespace + "/" + id + "/" + offset;
            IngestRecord.Builder item = upsert(namespace, id, vector(ColdScenario.DIMENSION, number(id)));
            memory.send(ingest(item.setPayload(ByteBuffer.wrap(payload.getBytes(UTF_8))), shard, offset));
            model.computeIfAbsent(namespace, n -> new HashMap<>()).put(id, payload);
        }
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(1));
    }

    private void createOne(String namespace) throws Exception {
        offset++;
        int partitions = namespace.equals(SPREAD) ? PARTITIONS : 1;
        memory.createSpread(create("c" + offset, namespace, ColdScenario.DIMENSION, partitions), 2 * offset);
        model.computeIfAbsent(namespace, n -> new HashMap<>());
        assertThat(memory.events()).extracting(MemoryEvent::getType).doesNotContain(EventType.NAMESPACE_REJECTED);
    }

    private void eraseOne(String namespace) throws Exception {
        if (model.remove(namespace) != null) {
            memory.send(command(erase("e" + offset, namespace), 2 * offset + 1));
            erases++;
        }
    }

    /** Questions to several namespaces, queued together. */
    private void askSeveral() throws Exception {
        for (int n = random.nextInt(5); n >= 0; n--) {
            String namespace = NAMESPACES.get(random.nextInt(NAMESPACES.size()));
            String id = namespace + "?" + offset + "." + n;
            int parts = namespace.equals(SPREAD) && model.containsKey(SPREAD) ? PARTITIONS : 1;
            float[] vector = vector(ColdScenario.DIMENSION, random.nextInt(IDS));
            Set<ShardKey> shards = new HashSet<>();
            for (int shard = 0; shard < parts; shard++) {
                shards.add(new ShardKey(namespace, shard));
                memory.send(Samples.ask(query(id, namespace, 2 * IDS, vector), shard, parts, scenario.now()));
            }
            asked.put(id, shards);
        }
    }

    private void awaitAnswers() throws Exception {
        ColdScenario.until(memory, () -> {
            takeAnswers();
            return asked.isEmpty();
        });
    }

    private void takeAnswers() throws Exception {
        for (QueryResult answer : memory.answers()) {
            check(answer, 0);
        }
        for (PartialAnswer part : memory.partials()) {
            check(Samples.read(WireCodec.RESULT, part.result(), WireFormat.AVRO), part.part());
        }
    }

    private void check(QueryResult answer, int part) {
        String namespace = answer.getQueryId().substring(0, answer.getQueryId().indexOf('?'));
        assertThat(answer.getNamespace()).isEqualTo(namespace);
        Map<String, String> found = new HashMap<>();
        for (Hit hit : answer.getHits()) {
            found.put(hit.getId(), new String(Samples.bytes(hit.getPayload()), UTF_8));
        }
        Map<String, String> expected = new HashMap<>(model.getOrDefault(namespace, Map.of()));
        expected.keySet().removeIf(id -> namespace.equals(SPREAD) && ShardKey.partitionOf(id, PARTITIONS) != part);
        assertThat(found).as(answer.getQueryId()).isEqualTo(expected);
        hits += found.size();
        asked.computeIfPresent(answer.getQueryId(), (id, shards) -> {
            shards.remove(new ShardKey(namespace, part));
            return shards.isEmpty() ? null : shards;
        });
    }

    /** A crash right after a checkpoint: what was answered before it counts. */
    private void restore() throws Exception {
        OperatorSubtaskState state = memory.snapshot(restores, restores);
        takeAnswers();
        coldReads += memory.counter("coldRangesRead");
        memory.close();
        memory = scenario.resume(MemoryHarness.restore(scenario.settings(hotBytesMax), state));
        restores++;
    }

    long hits() {
        return hits;
    }

    int restores() {
        return restores;
    }

    int erases() {
        return erases;
    }

    long coldReads() {
        return coldReads + memory.counter("coldRangesRead");
    }

    @Override
    public void close() throws IOException {
        memory.close();
        FileUtils.deleteDirectory(folder.toFile());
    }
}
