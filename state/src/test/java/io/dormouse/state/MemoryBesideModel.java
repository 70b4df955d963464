// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.ColdWorld;
import io.dormouse.state.cold.MapColdStore;
import io.dormouse.state.cold.WarmLimits;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.RecallSampling;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.store.MapWarmStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A memory and its model, led through the same random life; compared at every search and on request. */
final class MemoryBesideModel {
    private static final int SHARDS = 3;
    private static final int IDS = 200;
    private static final long IDLE_MILLIS = 100;
    private static final int[] HEAD_BYTES = {0, 400, 2_048};

    private final NamespaceSettings settings;
    private MemoryLimits limits;
    private final Random random;
    private final Map<ShardKey, MemoryModel> models = new HashMap<>();
    private final List<Runnable> sinceCheckpoint = new ArrayList<>();
    private final boolean strays;

    private MapWarmStore store = new MapWarmStore();
    private MapWarmStore checkpoint = store.copy();
    private PagedMemory memory;
    private final MapColdStore coldStore;
    private ColdWorld world;
    private long millis = 42;
    private long offset;
    private long sleeps;
    private long reorganisations;

    MemoryBesideModel(Metric metric, Code code, int dimension, long hotBytesMax, Random random) {
        this(metric, code, dimension, hotBytesMax, false, random);
    }

    /** @param cold whether there is a cold tier, in which pages go at random */
    MemoryBesideModel(Metric metric, Code code, int dimension, long hotBytesMax, boolean cold, Random random) {
        this.coldStore = cold ? new MapColdStore() : null;
        this.random = random;
        this.strays = random.nextFloat() < 0.5f;
        this.settings = NamespaceSettings.of(dimension, metric, code, strays ? 2 : 1, 0.9f);
        this.limits =
                new MemoryLimits(hotBytesMax, 1_000 + random.nextInt(20_000), 1024, 1024).withIdleMillis(IDLE_MILLIS);
        this.memory = open(store);
    }

    /** Does one random thing to both. */
    void step() throws Exception {
        sleeps += models.size() - memory.awakeShards();
        millis += random.nextInt(50);
        if (coldStore != null && random.nextInt(3) == 0) {
            coldStep();
        }
        if (random.nextInt(10) == 0) {
            memory.tick();
        }
        int choice = random.nextInt(100);
        ShardKey key = new ShardKey("n" + random.nextInt(SHARDS), 0);
        if (choice < 45) {
            upsert(key, id(), version(), vector());
        } else if (choice < 62) {
            delete(key, id(), version());
        } else if (choice < 66) {
            supersede(key, id(), version());
        } else if (choice < 84) {
            runSteps(key, 1 + random.nextInt(12));
        } else if (choice < 94) {
            search(key);
        } else if (choice < 96) {
            flush();
        } else if (choice < 97) {
            if (random.nextInt(5) == 0) {
                deleteAll(key);
            }
        } else if (choice < 98) {
            crash();
        } else {
            assertSame();
        }
    }

    /** Something in or around the cold tier. */
    private void coldStep() {
        int choice = random.nextInt(10);
        if (choice < 2) {
            ShardMemory shard = memory.wake(new ShardKey("n" + random.nextInt(SHARDS), 0));
            if (shard != null) {
                shard.age(() -> {});
                memory.settle(shard);
            }
        } else if (choice < 3) {
            millis += random.nextBoolean() ? 200 : 10_000;
            memory.tick();
        } else if (choice < 4) {
            coldStore.setDown(random.nextInt(4) == 0);
        } else {
            for (int i = random.nextInt(20); i > 0; i--) {
                world.runOne(random);
            }
        }
    }

    /** Requests to object storage so far. */
    long coldReads() {
        return coldStore.reads();
    }

    /** Segments rewritten since the last crash. */
    long rewritten() {
        return memory.segmentsRewritten();
    }

    /** Steps of any shard; those of one shard are counted. */
    private void runSteps(ShardKey key, int count) {
        ShardMemory shard = memory.wake(key);
        long before = shard == null ? 0 : shard.reorganisations();
        for (int i = 0; i < count && memory.runStep(); i++) {
            assertThat(memory.cache().bytes()).isLessThan(limits.hotBytesMax() + 20_000);
        }
        reorganisations += shard == null ? 0 : shard.reorganisations() - before;
    }

    /** Splits and merges that were seen to happen. */
    long reorganisations() {
        return reorganisations;
    }

    /** Shards found asleep, summed over all steps. */
    long sleeps() {
        return sleeps;
    }

    void flush() {
        memory.flush();
        checkpoint = store.copy();
        sinceCheckpoint.clear();
    }

    /** The heap is gone; what came after the last checkpoint comes again. */
    void crash() {
        store = checkpoint.copy();
        memory = open(store);
        sinceCheckpoint.forEach(Runnable::run);
    }

    /** Every item of every shard is what the model says, bit for bit, and there is none beside. */
    void assertSame() throws Exception {
        allWithinReach();
        for (Map.Entry<ShardKey, MemoryModel> shard : models.entrySet()) {
            ShardMemory awake = memory.wake(shard.getKey());
            Map<String, MemoryModel.Entry> expected = shard.getValue().live;
            assertThat(awake.items()).isEqualTo(expected.size());
            Map<String, Item> found = new HashMap<>();
            awake.forEach((item, vector) -> {
                assertThat(found.put(item.id(), item)).isNull();
                assertThat(expected).containsKey(item.id());
                assertThat(item.version()).isEqualTo(expected.get(item.id()).version());
                assertThat(item.payload()).isEqualTo(payload(item.version()));
                assertThat(vector).isEqualTo(bytes(expected.get(item.id()).vector()));
            });
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            assertThat(awake.valueBytes()).isEqualTo(valueBytes(expected.values()));
            memory.settle(awake);
        }
        if (world != null) {
            world.setDirect(false);
        }
    }

    private long valueBytes(Collection<MemoryModel.Entry> items) {
        return items.stream()
                .map(item -> payload(item.version()))
                .mapToLong(payload -> 4L * settings.dimension() + (payload == null ? 0 : payload.length))
                .sum();
    }

    private void allWithinReach() {
        if (world != null) {
            coldStore.setDown(false);
            world.runAll();
            millis += 10_000; // failures are forgotten
            world.setDirect(true);
        }
    }

    /** Nobody uses the memory for a while: nothing of it stays in heap. */
    void fallAsleep() {
        millis += 10 * IDLE_MILLIS;
        memory.tick();
        while (memory.runStep()) {
            // each call takes one
        }
        assertThat(memory.awakeShards()).isZero();
        if (coldStore == null) {
            assertThat(memory.cache().bytes()).isZero();
            assertThat(memory.cache().blocks()).isZero();
            assertThat(memory.cache().dirtyBytes()).isZero();
        }
    }

    /** What lies with the head of a shard may be bounded otherwise after a restart. */
    private PagedMemory open(MapWarmStore on) {
        limits = limits.withHeadBytes(HEAD_BYTES[random.nextInt(HEAD_BYTES.length)]);
        world = coldStore == null
                ? null
                : new ColdWorld(coldStore, new WarmLimits(100, 400, random.nextBoolean() ? 0 : 8_192));
        ColdTier.Place place = world == null ? null : world.place();
        return new PagedMemory(
                limits, on, Kernels.best(), new FixedShareProbes(), RecallSampling.OFF, place, () -> millis);
    }

    private void upsert(ShardKey key, String id, ItemVersion version, float[] vector) {
        model(key).upsert(id, version, vector);
        both(() -> {
            ShardMemory shard = memory.wake(key);
            shard = shard == null ? memory.create(key, settings) : shard;
            shard.upsert(
                    new Item(id, version, 1, 0, version.offset() % 10 / 10f, false, payload(version), null),
                    bytes(vector));
            shard.advance(version.partition(), version.offset());
            memory.settle(shard);
        });
    }

    private void delete(ShardKey key, String id, ItemVersion version) {
        if (models.containsKey(key)) {
            model(key).delete(id, version);
            both(() -> {
                ShardMemory shard = memory.wake(key);
                shard.delete(id, version);
                memory.settle(shard);
            });
        }
    }

    private void deleteAll(ShardKey key) {
        for (int id = 0; models.containsKey(key) && id < IDS; id++) {
            if (model(key).live.containsKey("id" + id)) {
                offset++;
                delete(key, "id" + id, new ItemVersion(1_000, 0, offset));
            }
        }
    }

    private void supersede(ShardKey key, String id, ItemVersion version) {
        if (models.containsKey(key)) {
            boolean any = model(key).live.keySet().stream().anyMatch(this::isStray);
            model(key).supersede(id, version, any);
            both(() -> {
                ShardMemory shard = memory.wake(key);
                shard.supersede(id, version);
                memory.settle(shard);
            });
        }
    }

    private boolean isStray(String id) {
        return ShardKey.partitionOf(id, settings.partitions()) != 0;
    }

    private void both(Runnable operation) {
        operation.run();
        sinceCheckpoint.add(operation);
    }

    private void search(ShardKey key) {
        ShardMemory shard = memory.wake(key);
        if (shard == null) {
            assertThat(models).doesNotContainKey(key);
            return;
        }
        MemoryModel model = model(key);
        int k = 1 + random.nextInt(8);
        float[] query = vector();
        SearchRequest request = new SearchRequest(bytes(query), k, 1f, true, true);
        SearchAnswer answer = shard.search(request);
        ColdNeed need = coldStore == null ? null : memory.cold().fetches().need(() -> {});
        for (int round = 0; !answer.needs().isEmpty(); round++) {
            assertThat(round).as("rounds of one query").isLessThan(20);
            assertThat(answer.damagedPages()).isZero();
            allWithinReach();
            need.fetch(answer.needs());
            world.setDirect(false);
            memory.settle(shard);
            shard = memory.wake(key);
            answer = shard.search(request);
        }
        if (need != null) {
            need.release();
        }
        double[] nearest = model.scores(settings.metric(), query);
        assertThat(answer.damagedPages()).isZero();
        assertThat(answer.rowsStored()).isEqualTo(model.live.size());
        assertThat(answer.hits()).hasSize(Math.min(k, nearest.length));
        assertThat(answer.hits()).extracting(hit -> hit.item().id()).doesNotHaveDuplicates();
        for (int i = 0; i < answer.hits().size(); i++) {
            SearchAnswer.Hit hit = answer.hits().get(i);
            MemoryModel.Entry entry = model.live.get(hit.item().id());
            assertThat(entry).as(hit.item().id()).isNotNull();
            assertThat(hit.item().version()).isEqualTo(entry.version());
            assertThat(hit.item().payload()).isEqualTo(payload(entry.version()));
            assertThat(hit.vector()).isEqualTo(bytes(entry.vector()).array());
            double score = MemoryModel.score(settings.metric(), query, entry.vector());
            double tolerance = 1e-4 * Math.max(1, Math.abs(score));
            assertThat((double) hit.score()).isCloseTo(score, within(tolerance));
            assertThat(score).isCloseTo(nearest[i], within(tolerance));
        }
        memory.settle(shard);
    }

    /** Every third item has none. */
    private static byte[] payload(ItemVersion version) {
        return version.offset() % 3 == 0
                ? null
                : ("payload of " + version.partition() + "/" + version.offset()).getBytes(StandardCharsets.UTF_8);
    }

    private MemoryModel model(ShardKey key) {
        return models.computeIfAbsent(key, k -> new MemoryModel());
    }

    private String id() {
        return "id" + random.nextInt(IDS);
    }

    private ItemVersion version() {
        long explicit = random.nextInt(3) == 0 ? random.nextInt(20) : ItemVersion.NONE;
        offset++;
        return new ItemVersion(explicit, random.nextInt(2), random.nextInt(5) == 0 ? offset / 2 : offset);
    }

    /** Clustered, sometimes exactly a centre, never zero. */
    private float[] vector() {
        Random centre = new Random(random.nextInt(6));
        float spread = random.nextInt(8) == 0 ? 0 : 0.5f;
        float[] vector = new float[settings.dimension()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (3 * centre.nextGaussian() + spread * random.nextGaussian());
        }
        if (settings.metric() == Metric.HAMMING) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = vector[i] > 0 ? 1 : 0;
            }
        }
        vector[0] = vector[0] == 0 ? 1 : vector[0];
        return vector;
    }

    static ByteBuffer bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes;
    }
}
