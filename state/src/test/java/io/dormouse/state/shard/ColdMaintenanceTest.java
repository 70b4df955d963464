// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdWorld;
import io.dormouse.state.cold.WarmLimits;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maintenance whose rows lie in object storage: it ends, it costs no more requests than it must, and it leaks nothing. */
class ColdMaintenanceTest {
    private static final int DIMENSION = 8;
    private static final long TEN_MINUTES = 600_000;

    private final ColdWorld world = new ColdWorld(new WarmLimits(5_000, 5_000, 0));
    private final MapWarmStore store = new MapWarmStore();
    private long millis = 1;
    private long offset;
    private PagedMemory memory = open(4_000);

    /** A memory whose hot tier holds next to nothing. */
    private PagedMemory open(long hotBytes) {
        return new PagedMemory(
                new MemoryLimits(hotBytes, 1 << 20, 1024, 1024).withHeadBytes(0),
                store,
                Kernels.best(),
                new FixedShareProbes(),
                RecallSampling.OFF,
                world.place(),
                () -> millis);
    }

    private void fill(ShardKey key, Code code, int from, int end) {
        for (int i = from; i < end; i++) {
            ShardMemory shard = memory.wake(key);
            shard = shard == null
                    ? memory.create(key, NamespaceSettings.of(DIMENSION, Metric.L2, code, 1, 0.9f))
                    : shard;
            ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, offset++);
            shard.upsert(
                    new Item("i" + i, version, 0, 0, Float.NaN, false, payload(i), null),
                    TestShard.bytes(TestShard.vector(i, DIMENSION)));
            memory.settle(shard);
        }
        memory.flush();
    }

    private static byte[] payload(int i) {
        return ("payload of item " + i).getBytes(UTF_8);
    }

    private void runSteps() {
        while (memory.runStep()) {
            // each call takes one
        }
    }

    /** Everything that nobody uses goes to object storage. */
    private void age(List<ShardKey> keys) {
        for (int i = 0; i < 3; i++) {
            for (ShardKey key : keys) {
                memory.wake(key).age(() -> {});
                runSteps();
            }
            tick();
        }
    }

    /** Ten seconds pass, and all I/O ends. */
    private void tick() {
        millis += 10_000;
        memory.tick();
        world.runAll();
        runSteps();
        world.runAll();
        runSteps();
    }

    private long outstanding() {
        return memory.upkeep().get(UpkeepFigure.OUTSTANDING);
    }

    /**
     * Their pages fill up together, and all rows must be fetched. When each waited for one range at a time, whoever came next
     * took the room in which rows are gathered, and no split ever ended.
     */
    @Test
    void splitsOfSeveralShardsWhoseRowsAreColdAllEnd() {
        List<ShardKey> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            keys.add(new ShardKey("n" + i, 0));
            fill(keys.get(i), Code.RABITQ, 0, 60);
            runSteps();
        }
        age(keys);
        assertThat(memory.cold().uses().bytesLive()).isPositive();
        for (int i = 60; i < 200; i++) {
            for (ShardKey key : keys) {
                fill(key, Code.RABITQ, i, i + 1);
                memory.runStep();
            }
            if (i % 20 == 0) {
                age(keys);
            }
        }
        int rounds = 0;
        int reads = world.store.reads();
        while (outstanding() > 0 && rounds++ < 200) {
            tick();
        }
        assertThat(outstanding()).isZero();
        assertThat(rounds).as("rounds of requests").isLessThan(8);
        assertThat(world.store.reads() - reads).isLessThan(60);
        assertThat(memory.upkeep().get(UpkeepFigure.SPLITS)).isGreaterThan(3);
        for (int i = 0; i < 20; i++) {
            tick();
        }
        assertThat(memory.cold().fetches().heapBytes()).isZero();
        for (ShardKey key : keys) {
            List<String> faults = new ArrayList<>();
            world.setDirect(true);
            memory.wake(key).audit((item, vector) -> {}, faults::add);
            world.setDirect(false);
            assertThat(faults).isEmpty();
        }
    }

    /** A shard of 200 items whose raw pages are cold, one of its scan pages damaged, as a new memory finds it. */
    private void storeDamaged(ShardKey key, Code code) {
        fill(key, code, 0, 200);
        runSteps();
        age(List.of(key));
        memory.flush();
        store.select(key);
        long page = store.blocks().keySet().stream()
                .filter(block -> block >>> 56 == BlockKind.SCAN.id() && (block & BlockKey.SEQUENCE_MAX) == 0)
                .findFirst()
                .orElseThrow();
        store.putBlock(page, new byte[7]);
        memory = open(4_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "RABITQ"})
    void aDamagedScanPageIsMadeAnewWhenItsRowsHaveBeenFetchedAndNothingElseWaitsForThat(Code code) {
        ShardKey key = new ShardKey("n", 0);
        storeDamaged(key, code);
        world.store.setDown(true);
        SearchRequest request = new SearchRequest(TestShard.bytes(new float[DIMENSION]), 500, 1f, false, false);
        assertThat(memory.wake(key).search(request).damagedPages()).isPositive();
        long merges = memory.upkeep().get(UpkeepFigure.MERGES);
        for (int i = 0; i < 150; i++) {
            memory.wake(key).delete("i" + i, new ItemVersion(ItemVersion.NONE, 0, offset++));
            runSteps();
        }
        assertThat(memory.wake(key).search(request).damagedPages()).isPositive();
        if (!code.relative()) {
            assertThat(memory.upkeep().get(UpkeepFigure.MERGES)).isGreaterThan(merges);
        }
        world.store.setDown(false);
        for (int i = 0; i < 30; i++) {
            tick();
        }
        SearchAnswer answer = memory.wake(key).search(request);
        assertThat(answer.damagedPages()).isZero();
        assertThat(answer.hits()).hasSize(50);
        assertThat(memory.cold().fetches().heapBytes()).isZero();
    }

    @Test
    void whatObjectStorageDidNotHaveForAWhileIsAskedForAgain() {
        ShardKey key = new ShardKey("n", 0);
        storeDamaged(key, Code.INT8);
        Map<String, byte[]> objects = new HashMap<>(world.store.objects());
        world.store.objects().clear();
        SearchRequest request = new SearchRequest(TestShard.bytes(new float[DIMENSION]), 500, 1f, false, false);
        memory.wake(key).search(request);
        for (int i = 0; i < 5; i++) {
            tick();
        }
        assertThat(memory.wake(key).search(request).damagedPages()).isPositive();
        world.store.objects().putAll(objects);
        for (int i = 0; i < 80; i++) {
            memory.wake(key);
            tick();
        }
        assertThat(memory.wake(key).search(request).damagedPages()).isZero();
        assertThat(memory.wake(key).search(request).hits()).hasSize(200);
    }

    @Test
    void aPageWhoseCentroidIsDamagedComesBackWhenItsRowsHaveBeenFetched() {
        ShardKey key = new ShardKey("n", 0);
        fill(key, Code.RABITQ, 0, 100);
        runSteps();
        age(List.of(key));
        memory.flush();
        store.select(key);
        store.blocks().keySet().stream()
                .filter(block -> block >>> 56 == BlockKind.CENTROIDS.id())
                .toList()
                .forEach(block -> store.putBlock(block, new byte[7]));
        memory = open(4_000);
        SearchRequest request = new SearchRequest(TestShard.bytes(new float[DIMENSION]), 100, 1f, false, false);
        assertThat(memory.wake(key).search(request).damagedPages()).isPositive();
        for (int i = 0; i < 20; i++) {
            tick();
        }
        SearchAnswer answer = memory.wake(key).search(request);
        assertThat(answer.damagedPages()).isZero();
        assertThat(answer.hits()).hasSize(100);
    }

    /** What lies around the pages of a small segment takes more room than the pages do. */
    @Test
    void aSmallSegmentThatIsInUseIsNotRewritten() {
        ShardKey key = new ShardKey("a namespace with a long name".repeat(8), 0);
        ShardMemory shard = memory.create(key, NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f));
        for (int i = 0; i < 60; i++) {
            ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, offset++);
            shard.upsert(
                    new Item("i" + i, version, 0, 0, Float.NaN, false, null, null),
                    TestShard.bytes(new float[DIMENSION]));
        }
        memory.settle(shard);
        memory.flush();
        age(List.of(key));
        assertThat(memory.cold().uses().segments()).isPositive();
        for (int round = 0; round < 2; round++) {
            int puts = world.store.puts();
            for (int i = 0; i < 3; i++) {
                millis += TEN_MINUTES;
                tick();
            }
            assertThat(world.store.puts()).isEqualTo(puts);
            assertThat(memory.segmentsRewritten()).isZero();
            memory.flush();
            memory = open(1 << 24); // knows no more what its segments held
        }
    }

    @Test
    void aSegmentOfWhichFewPagesAreInUseIsStillRewritten() {
        ShardKey key = new ShardKey("n", 0);
        fill(key, Code.INT8, 0, 200);
        age(List.of(key));
        ShardMemory shard = memory.wake(key);
        int rows = new MemoryLimits(4_000, 1 << 20, 1024, 1024).rawRowsPerPage(DIMENSION);
        for (int i = 0; i < 200; i++) {
            if (i / rows % 4 != 0) {
                shard.delete("i" + i, new ItemVersion(ItemVersion.NONE, 0, offset++));
            }
        }
        memory.settle(shard);
        for (int i = 0; i < 40; i++) {
            tick();
        }
        assertThat(memory.segmentsRewritten()).isPositive();
    }

    @Test
    void anAuditThatMeetsALostRangeHoldsNothingAfterwards() {
        ShardKey key = new ShardKey("n", 0);
        fill(key, Code.INT8, 0, 100);
        age(List.of(key));
        store.select(key);
        world.store.objects().values().forEach(object -> object[20] ^= 1); // the vectors of the first page
        List<String> faults = new ArrayList<>();
        world.setDirect(true);
        memory.wake(key).audit((item, vector) -> {}, faults::add);
        assertThat(faults).isNotEmpty();
        assertThat(memory.cold().fetches().heapBytes()).isZero();
    }

    /** It is asked again when its payloads have come, and was counted each time. */
    @Test
    void aQueryThatLacksPayloadsIsCountedWhenItIsComplete() {
        ShardKey key = new ShardKey("n", 0);
        fill(key, Code.FLOAT32, 0, 100); // nothing to rerank, so that only payloads are lacking
        age(List.of(key));
        SearchRequest request =
                new SearchRequest(TestShard.bytes(TestShard.vector(3, DIMENSION)), 1, 0.9f, false, true);
        SearchAnswer answer = memory.wake(key).search(request);
        assertThat(answer.needs()).isNotEmpty();
        assertThat(memory.recall().probesMean()).isNaN();
        var need = memory.cold().fetches().need(() -> {});
        need.fetch(answer.needs());
        world.runAll();
        answer = memory.wake(key).search(request);
        assertThat(answer.needs()).isEmpty();
        assertThat(answer.hits().get(0).item().payload()).isEqualTo(payload(3));
        assertThat(memory.recall().probesMean()).isPositive();
        need.release();
    }
}
