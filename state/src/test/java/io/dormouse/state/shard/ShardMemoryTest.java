// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.MapWarmStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShardMemoryTest {
    private static final int ITEMS = 150;

    private static ItemVersion at(long offset) {
        return new ItemVersion(ItemVersion.NONE, 0, offset);
    }

    @Test
    void aLateOlderWriteNeverBringsADeletedItemBack() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        assertThat(shard.upsertVersion("a", 5, 1, 1)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.deleteVersion("a", 7)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.upsertVersion("a", 6, 1, 1)).isEqualTo(WriteOutcome.SUPERSEDED);
        shard = shard.reopened();
        assertThat(shard.upsertVersion("a", 7, 1, 1)).isEqualTo(WriteOutcome.SUPERSEDED);
        assertThat(shard.awake().items()).isZero();
        assertThat(shard.nearest(1, 1, 1)).isEmpty();
        assertThat(shard.upsertVersion("a", 8, 1, 1)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.nearest(1, 1, 1)).containsExactly("a");
    }

    @Test
    void aDeleteThatComesBeforeItsUpsertHoldsToo() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        assertThat(shard.deleteVersion("a", 7)).isEqualTo(WriteOutcome.NOT_FOUND);
        assertThat(shard.upsertVersion("a", 6, 1, 1)).isEqualTo(WriteOutcome.SUPERSEDED);
        assertThat(shard.deleteVersion("a", 6)).isEqualTo(WriteOutcome.SUPERSEDED);
    }

    @Test
    void aDeleteWithoutAVersionKeepsTheFloorOfWhatItDeletes() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        shard.upsertVersion("a", 5, 1, 1);
        assertThat(shard.delete("a")).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.upsertVersion("a", 4, 1, 1)).isEqualTo(WriteOutcome.SUPERSEDED);
        assertThat(shard.upsert("a", 1, 1)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.upsertVersion("a", 4, 1, 1)).isEqualTo(WriteOutcome.SUPERSEDED);
    }

    @Test
    void aRepeatedWriteChangesNothing() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        ShardMemory awake = shard.awake();
        assertThat(awake.upsert(TestShard.item("a", at(5)), TestShard.bytes(1, 1)))
                .isEqualTo(WriteOutcome.APPLIED);
        assertThat(awake.upsert(TestShard.item("a", at(5)), TestShard.bytes(2, 2)))
                .isEqualTo(WriteOutcome.SUPERSEDED);
        assertThat(awake.delete("a", at(5))).isEqualTo(WriteOutcome.SUPERSEDED);
        assertThat(awake.items()).isEqualTo(1);
    }

    @Test
    void aVectorOfAnotherDimensionIsRefusedAndNothingChanges() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        shard.upsert("a", 1, 1);
        assertThat(shard.upsert("a", 1, 1, 1)).isEqualTo(WriteOutcome.WRONG_DIMENSION);
        assertThat(shard.upsert("b", new float[] {1})).isEqualTo(WriteOutcome.WRONG_DIMENSION);
        assertThat(shard.nearest(5, 1, 1)).containsExactly("a");
    }

    @Test
    void onlyCosineRefusesTheZeroVector() {
        TestShard cosine = TestShard.of(2, Metric.COSINE, Code.INT8);
        assertThat(cosine.upsert("a", 0, 0)).isEqualTo(WriteOutcome.ZERO_VECTOR);
        assertThat(cosine.awake().items()).isZero();
        TestShard l2 = TestShard.of(2, Metric.L2, Code.INT8);
        assertThat(l2.upsert("a", 0, 0)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(l2.nearest(1, 3, 3)).containsExactly("a");
    }

    @Test
    void aFullNamespaceTakesReplacementsButNoNewItems() {
        TestShard shard = new TestShard(
                new NamespaceSettings(2, Metric.L2, Code.FLOAT32, 1, 0.9f, 2, 0, 0),
                new MapWarmStore(),
                new MemoryLimits(1 << 20, 1 << 20, 1024, 1024));
        shard.upsert("a", 1, 1);
        shard.upsert("b", 2, 2);
        assertThat(shard.upsert("c", 3, 3)).isEqualTo(WriteOutcome.ITEMS_LIMIT);
        assertThat(shard.upsert("b", 4, 4)).isEqualTo(WriteOutcome.APPLIED);
        shard.delete("a");
        assertThat(shard.upsert("c", 3, 3)).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.nearest(5, 3, 3)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void theItemsLimitIsSharedByThePartitions() {
        TestShard shard = new TestShard(
                new NamespaceSettings(2, Metric.L2, Code.FLOAT32, 3, 0.9f, 7, 0, 0),
                new MapWarmStore(),
                new MemoryLimits(1 << 20, 1 << 20, 1024, 1024));
        for (int i = 0; i < 5; i++) {
            shard.upsert("i" + i, i, i);
        }
        assertThat(shard.awake().items()).isEqualTo(3);
    }

    @Test
    void straysGiveWayToWritesAtTheirOwnPartition() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        List<String> strays = new ArrayList<>();
        List<String> own = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = "i" + i;
            shard.upsert(id, i, i + 1);
            (ShardKey.partitionOf(id, 4) == 0 ? own : strays).add(id);
        }
        assertThat(own).isNotEmpty();
        assertThat(shard.awake().supersede(strays.get(0), at(1_000))).isEqualTo(WriteOutcome.NOT_FOUND);
        shard.awake().adoptPartitions(NamespaceSettings.of(2, Metric.L2, Code.FLOAT32, 4, 0.9f));
        shard = shard.reopened();
        assertThat(shard.awake().settings().partitions()).isEqualTo(4);
        assertThat(shard.awake().supersede(strays.get(0), at(0))).isEqualTo(WriteOutcome.SUPERSEDED);
        for (String id : strays) {
            assertThat(shard.awake().supersede(id, at(1_000))).isEqualTo(WriteOutcome.APPLIED);
        }
        assertThat(shard.awake().supersede(own.get(0), at(1_000))).isEqualTo(WriteOutcome.NOT_FOUND);
        assertThat(shard.nearest(20, 0, 0)).containsExactlyInAnyOrderElementsOf(own);
    }

    @Test
    void whatIsFixedAtCreationCannotBeAltered() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        assertThatThrownBy(() -> shard.awake().alter(NamespaceSettings.of(3, Metric.L2, Code.FLOAT32, 1, 0.9f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("2 dimensions", "3 dimensions");
        shard.awake().alter(new NamespaceSettings(2, Metric.L2, Code.FLOAT32, 1, 0.5f, 9, 8, 7));
        NamespaceSettings altered = shard.reopened().awake().settings();
        assertThat(altered.recallTarget()).isEqualTo(0.5f);
        assertThat(altered.itemsMax()).isEqualTo(9);
    }

    @Test
    void anErasedShardIsGoneFromHeapAndStore() {
        TestShard shard = TestShard.of(2, Metric.L2, Code.FLOAT32);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, i, i + 1);
        }
        shard.memory.flush();
        assertThat(shard.memory.erase(TestShard.KEY)).isTrue();
        assertThat(shard.store.entries()).isZero();
        assertThat(shard.memory.cache().bytes()).isZero();
        shard.runAllSteps();
        shard.memory.flush();
        assertThat(shard.memory.wake(TestShard.KEY)).isNull();
        assertThat(shard.memory.erase(TestShard.KEY)).isFalse();
        shard.upsert("i1", 7, 7);
        assertThat(shard.nearest(5, 7, 7)).containsExactly("i1");
    }

    @Test
    void nothingStaysStoredOfItemsThatAreAllDeleted() {
        TestShard shard = TestShard.of(8, Metric.L2, Code.INT8);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, 8));
        }
        shard.memory.flush();
        int full = shard.store.entries();
        for (int i = 0; i < ITEMS; i++) {
            shard.delete("i" + i);
            shard.runAllSteps();
        }
        shard.memory.flush();
        assertThat(full).isGreaterThan(2 * ITEMS);
        assertThat(shard.store.entries()).isLessThan(20);
    }

    @ParameterizedTest
    @EnumSource
    void hugeVectorsAreFound(Metric metric) {
        for (Code code : new Code[] {Code.FLOAT32, Code.FLOAT16, Code.INT8}) {
            TestShard shard = TestShard.of(4, metric, code);
            Random random = new Random(1);
            for (int i = 0; i < ITEMS; i++) {
                float[] vector = new float[4];
                for (int j = 0; j < 4; j++) {
                    vector[j] = (0.9f + 0.1f * random.nextFloat()) * Float.MAX_VALUE;
                }
                shard.upsert("i" + i, vector);
            }
            shard.runAllSteps();
            assertThat(shard.awake().pages()).isGreaterThan(1);
            assertThat(shard.nearest(ITEMS, 1, 1, 1, 1)).hasSize(ITEMS);
        }
    }

    @Test
    void aPageMayHoldASingleRow() {
        int dimension = 150;
        TestShard shard = TestShard.of(dimension, Metric.L2, Code.FLOAT32);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 20; i++) {
                shard.upsert("i" + i, TestShard.vector(i, dimension));
                shard.memory.runStep();
            }
        });
        assertThat(shard.awake().pages()).isEqualTo(20);
        assertThat(shard.nearest(1, TestShard.vector(7, dimension))).containsExactly("i7");
        assertThat(shard.reopened().search(20, new float[dimension]).hits()).hasSize(20);
    }

    @Test
    void pagesOfAnotherSizeAreServedOn() throws Exception {
        MemoryLimits small = new MemoryLimits(1 << 24, 1 << 20, 1024, 1024);
        MemoryLimits large = new MemoryLimits(1 << 24, 1 << 20, 4096, 4096);
        for (MemoryLimits[] change : new MemoryLimits[][] {{small, large}, {large, small}}) {
            TestShard before = new TestShard(
                    NamespaceSettings.of(12, Metric.L2, Code.FLOAT32, 1, 0.9f), new MapWarmStore(), change[0]);
            fill(before, 0, ITEMS);
            before.memory.flush();
            TestShard after = before.restored(change[1]);
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                fill(after, ITEMS, 3 * ITEMS);
                after.runAllSteps();
            });
            after.memory.flush();
            StoredRows.assertEachInOnePage(after);
            assertThat(after.search(3 * ITEMS, new float[12]).hits()).hasSize(3 * ITEMS);
        }
    }

    @Test
    void storingCostsAtMostFiveTimesWhatCameIn() {
        int dimension = 64;
        TestShard shard = new TestShard(
                NamespaceSettings.of(dimension, Metric.L2, Code.INT8, 1, 0.9f),
                new MapWarmStore(),
                MemoryLimits.ofHotBytes(64 << 20));
        long ingested = 0;
        for (int i = 0; i < 5_000; i++) {
            shard.upsert("item-" + i, TestShard.vector(i, dimension));
            ingested += 4 * dimension + ("item-" + i).length();
            shard.memory.runStep();
            if (i % 500 == 499) {
                shard.memory.flush();
            }
        }
        assertThat((double) shard.store.bytesPut() / ingested).isBetween(1.5, 5.0);
    }

    @Test
    void identicalVectorsAreSplitAllTheSame() {
        TestShard shard = TestShard.of(4, Metric.L2, Code.FLOAT32);
        float[] same = new float[4];
        Arrays.fill(same, 2);
        for (int i = 0; i < 1_000; i++) {
            shard.upsert("i" + i, same);
        }
        shard.runAllSteps();
        assertThat(shard.nearest(1_000, same)).hasSize(1_000);
    }

    private static void fill(TestShard shard, int from, int to) {
        for (int i = from; i < to; i++) {
            shard.upsert("i" + i, TestShard.vector(i, 12));
        }
    }
}
