// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagedMemoryTest {
    private static final int DIRTY_MAX = 2_000;
    private static final NamespaceSettings SETTINGS = NamespaceSettings.of(8, Metric.L2, Code.FLOAT32, 1, 0.9f);

    private static final ShardKey N = new ShardKey("n", 0);

    private final MapWarmStore store = new MapWarmStore();
    private long offset;
    private long nowMillis;

    private PagedMemory memory(long hotBytesMax) {
        return new PagedMemory(
                new MemoryLimits(hotBytesMax, DIRTY_MAX, 1024, 1024),
                store,
                Kernels.best(),
                new FixedShareProbes(),
                () -> 0L);
    }

    private void upsert(PagedMemory memory, String namespace, String id) {
        ShardKey key = new ShardKey(namespace, 0);
        ShardMemory shard = memory.wake(key);
        shard = shard == null ? memory.create(key, SETTINGS) : shard;
        Item item = new Item(id, new ItemVersion(ItemVersion.NONE, 0, offset++), 0, 0, Float.NaN, false, null, null);
        shard.upsert(item, MemoryBesideModel.bytes(new float[] {offset, 1, 2, 3, 4, 5, 6, 7}));
        memory.settle(shard);
    }

    @Test
    void dirtyBytesStayBelowTwiceTheirLimitEvenWhenNoStepRuns() {
        PagedMemory memory = memory(1 << 20);
        for (int i = 0; i < 500; i++) {
            upsert(memory, "n", "i" + i);
            assertThat(memory.cache().dirtyBytes()).isLessThanOrEqualTo(2 * DIRTY_MAX);
        }
    }

    @Test
    void stepsBringDirtyBytesBelowTheirLimitAndEnd() {
        PagedMemory memory = memory(1 << 20);
        for (int i = 0; i < 500; i++) {
            upsert(memory, "n", "i" + i);
        }
        assertThat(memory.hasSteps()).isTrue();
        while (memory.runStep()) {
            assertThat(memory.cache().dirtyBytes()).isLessThanOrEqualTo(2 * DIRTY_MAX);
        }
        assertThat(memory.cache().dirtyBytes()).isLessThanOrEqualTo(DIRTY_MAX);
        assertThat(memory.hasSteps()).isFalse();
        assertThat(memory.waitingSteps()).isZero();
    }

    @Test
    void nothingIsDirtyAfterAFlush() {
        PagedMemory memory = memory(1 << 20);
        upsert(memory, "n", "a");
        assertThat(memory.cache().dirtyBytes()).isPositive();
        memory.flush();
        assertThat(memory.cache().dirtyBytes()).isZero();
        long before = store.bytesPut();
        memory.flush();
        assertThat(store.bytesPut()).isEqualTo(before);
    }

    @Test
    void shardsSleepWhenTheyTakeTooMuchAndWakeWhole() throws Exception {
        PagedMemory memory = memory(20_000);
        for (int i = 0; i < 100; i++) {
            upsert(memory, "n" + i, "i");
        }
        assertThat(memory.awakeShards()).isBetween(1, 10);
        assertThat(memory.cache().bytes()).isLessThanOrEqualTo(memory.cache().bytesMax());
        for (int i = 0; i < 100; i++) {
            ShardMemory shard = memory.wake(new ShardKey("n" + i, 0));
            assertThat(shard.items()).isEqualTo(1);
            shard.forEach((item, vector) -> assertThat(item.id()).isEqualTo("i"));
            memory.settle(shard);
        }
    }

    @Test
    void aShardThatNobodyUsesLeavesNothingInHeapAndOneThatIsUsedStays() {
        MemoryLimits limits = new MemoryLimits(1 << 24, 1 << 20, 1024, 1024).withIdleMillis(1_000);
        PagedMemory memory = new PagedMemory(limits, store, Kernels.best(), new FixedShareProbes(), () -> nowMillis);
        for (int i = 0; i < 100; i++) {
            upsert(memory, "n" + i, "i");
        }
        long full = memory.cache().bytes();
        nowMillis = 1_000;
        memory.settle(memory.wake(new ShardKey("n3", 0)));
        sleepIdle(memory);
        assertThat(memory.awakeShards()).isEqualTo(100);
        nowMillis = 1_001;
        sleepIdle(memory);
        assertThat(memory.awakeShards()).isEqualTo(1);
        assertThat(memory.cache().bytes()).isLessThan(full / 50);
        nowMillis = 3_000;
        sleepIdle(memory);
        assertThat(memory.awakeShards()).isZero();
        assertThat(memory.cache().bytes()).isZero();
        assertThat(memory.cache().blocks()).isZero();
        assertThat(memory.hasSteps()).isFalse();
        assertThat(found(memory.search(new ShardKey("n7", 0), List.of(request(1, 1)))
                        .get(0)))
                .containsExactly("i");
    }

    private static void sleepIdle(PagedMemory memory) {
        memory.tick();
        while (memory.runStep()) {
            // each call takes one
        }
    }

    /** A checkpoint finds few shards to store, however many are awake and changed. */
    @Test
    void changedShardsAreWrittenBehind() {
        PagedMemory memory = memory(1 << 26);
        for (int i = 0; i < 2_000; i++) {
            upsert(memory, "n" + i, "i");
        }
        while (memory.runStep()) {
            // each call takes one
        }
        long before = store.puts();
        memory.flush();
        assertThat(store.puts() - before).isBetween(1L, 200L);
        assertThat(memory.awakeShards()).isEqualTo(2_000);
        assertThat(memory(1 << 24).wake(new ShardKey("n0", 0)).items()).isEqualTo(1);
    }

    @Test
    void appliedOffsetsSurviveSleepAndRestore() {
        PagedMemory memory = memory(1 << 20);
        upsert(memory, "n", "a");
        ShardMemory shard = memory.wake(new ShardKey("n", 0));
        assertThat(shard.advance(4, 17)).isTrue();
        assertThat(shard.advance(4, 17)).isFalse();
        memory.flush();
        ShardMemory restored = memory(1 << 20).wake(new ShardKey("n", 0));
        assertThat(restored.reached(4, 17)).isTrue();
        assertThat(restored.reached(4, 18)).isFalse();
    }

    @Test
    void aShardThatWasNeverMadeIsNotThere() {
        assertThat(memory(1 << 20).wake(new ShardKey("n", 0))).isNull();
        assertThat(memory(1 << 20).erase(new ShardKey("n", 0))).isFalse();
    }

    /** Heap that the changes of other shards overflow, so that they are stored in the middle of the batch. */
    @Test
    void aBatchGivesTheAnswersOfItsQueriesOneByOneWithinTheHeapLimits() {
        PagedMemory memory = memory(64_000);
        for (int i = 0; i < 300; i++) {
            upsert(memory, "n", "i" + i);
        }
        for (int round = 0; round < 5; round++) {
            List<SearchRequest> batch = new ArrayList<>();
            List<SearchAnswer> alone = new ArrayList<>();
            for (int q = 0; q < 16; q++) {
                batch.add(request(19f * q + round, 1 + q % 4));
                alone.addAll(memory.search(N, List.of(request(19f * q + round, 1 + q % 4))));
            }
            for (int i = 0; i < 10; i++) {
                upsert(memory, "other" + i, "i" + round);
            }
            List<SearchAnswer> together = memory.search(N, batch);

            assertThat(together).hasSameSizeAs(batch);
            for (int q = 0; q < batch.size(); q++) {
                assertThat(found(together.get(q))).isEqualTo(found(alone.get(q)));
            }
            assertThat(memory.cache().bytes())
                    .isLessThanOrEqualTo(memory.cache().bytesMax());
        }
    }

    private static SearchRequest request(float first, int k) {
        return new SearchRequest(MemoryBesideModel.bytes(new float[] {first, 1, 2, 3, 4, 5, 6, 7}), k, 1f, false, true);
    }

    private static List<String> found(SearchAnswer answer) {
        assertThat(answer.damagedPages()).isZero();
        return answer.hits().stream().map(hit -> hit.item().id()).toList();
    }
}
