// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.MapWarmStore;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every step of maintenance is bounded, maintenance ends, and its gauges say what there is. */
class ShardUpkeepTest {
    private static final int DIMENSION = 6;

    private static long gauge(TestShard shard, UpkeepFigure figure) {
        return shard.memory.upkeep().get(figure);
    }

    private static TestShard filled(int items) {
        TestShard shard = TestShard.of(DIMENSION, Metric.L2, Code.INT8);
        for (int i = 0; i < items; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
            shard.runAllSteps();
        }
        shard.memory.flush();
        return shard;
    }

    private static int rawRows(TestShard shard) {
        return shard.limits.rawRowsPerPage(DIMENSION);
    }

    /** A shard of more rows than one chunk of live bits, of one dimension so that it is filled soon. */
    private static TestShard large() {
        TestShard shard = TestShard.of(1, Metric.L2, Code.INT8);
        for (int i = 0; i < LiveRows.CHUNK_ROWS + 10_000; i++) {
            shard.upsert("i" + i, i % 1_009);
        }
        shard.memory.flush();
        return shard;
    }

    @Test
    void theNumberOfRawPagesIsStoredWithALargeShardThatNeverNeededIt() {
        TestShard shard = large();
        assertThat(OutstandingWork.rawPages(shard)).isEqualTo(StoredRows.rawPages(shard));
        TestShard restored = shard.restored();
        for (int i = 0; i < 5_000; i++) {
            restored.delete("i" + i);
        }
        restored.memory.flush();
        assertThat(OutstandingWork.rawPages(restored)).isEqualTo(StoredRows.rawPages(restored));
    }

    @Test
    void rawPagesThatAnOlderStateDidNotCountAreCountedInBoundedSteps() {
        TestShard shard = large().restored();
        shard.store.select(TestShard.KEY);
        shard.store.blocks().remove(BlockKey.of(BlockKind.UPKEEP, 0));
        shard.awake();
        shard.delete("i0");
        int steps = 0;
        while (gauge(shard, UpkeepFigure.RAW_PAGES) == 0) {
            assertThat(shard.memory.runStep()).isTrue();
            steps++;
            for (int i = 0; i < 120; i++) { // whole pages die on both sides of what was counted
                shard.delete("i" + (steps * 120 + i));
                shard.delete("i" + (LiveRows.CHUNK_ROWS + steps * 120 + i));
            }
            shard.upsert("n" + steps, steps);
        }
        assertThat(steps).isGreaterThanOrEqualTo(LiveRows.CHUNK_ROWS / 8_192);
        shard.memory.flush();
        assertThat(gauge(shard, UpkeepFigure.RAW_PAGES)).isEqualTo(StoredRows.rawPages(shard));
        assertThat(OutstandingWork.rawPages(shard)).isEqualTo(StoredRows.rawPages(shard));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50_000, 200_000})
    void aStepOfCompactionIsBoundedByRowsAndByBytesOfItems(int itemBytes) {
        TestShard shard = TestShard.of(DIMENSION, Metric.L2, Code.INT8);
        byte[] payload = new byte[itemBytes];
        for (int i = 0; i < 400; i++) {
            ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, i);
            Item item = new Item("i" + i, version, 0, 0, Float.NaN, false, payload, null);
            shard.awake().upsert(item, TestShard.bytes(TestShard.vector(i, DIMENSION)));
        }
        shard.runAllSteps();
        for (int i = 0; i < 400; i++) {
            if (i % 3 > 0) {
                shard.awake().delete("i" + i, new ItemVersion(ItemVersion.NONE, 0, 1_000 + i));
            }
        }
        long most = 0;
        long before = rows(shard);
        while (shard.memory.runStep()) {
            most = Math.max(most, rows(shard) - before);
            before = rows(shard);
        }
        int expected = itemBytes == 0 ? RawCompaction.ROWS_PER_STEP : itemBytes == 50_000 ? 2 : 1;
        assertThat(most).isEqualTo(expected);
    }

    /** Rows ever; the head says so once it is stored. */
    private static long rows(TestShard shard) {
        shard.memory.flush();
        shard.store.select(TestShard.KEY);
        return HeadBundle.read(shard.store, 0).head().nextRow;
    }

    /** The newest page, too: nothing that could be compacted is whole, and no page is left that could not. */
    @Test
    void maintenanceEndsWhenEveryRawPageIsDamaged() {
        int items = 40 * rawRows(TestShard.of(DIMENSION, Metric.L2, Code.INT8));
        TestShard shard = filled(items);
        for (int i = 0; i < items; i += 2) {
            shard.delete("i" + i);
        }
        shard.memory.flush();
        TestShard damaged = shard.restored();
        damaged.store.select(TestShard.KEY);
        long first = BlockKey.of(BlockKind.RAW, 0);
        long end = BlockKey.of(BlockKind.RAW, BlockKey.NUMBER_MAX);
        damaged.store.blocks().replaceAll((key, block) -> key >= first && key <= end ? new byte[5] : block);
        damaged.awake();
        for (int steps = 0; damaged.memory.runStep(); steps++) {
            assertThat(steps).isLessThan(10_000);
        }
        damaged.delete("i1");
        for (int steps = 0; damaged.memory.runStep(); steps++) {
            assertThat(steps).isLessThan(10_000);
        }
    }

    @Test
    void aDamagedRawPageThatTheLogLeftBehindIsFreedWithItsRows() {
        TestShard shard = filled(20 * rawRows(TestShard.of(DIMENSION, Metric.L2, Code.INT8)) + 2);
        TestShard damaged = shard.restored();
        damaged.store.select(TestShard.KEY);
        long newest = BlockKey.of(BlockKind.RAW, 20);
        damaged.store.blocks().replaceAll((key, block) -> key >= newest && key <= newest + 9 ? new byte[5] : block);
        int last = 20 * rawRows(damaged);
        damaged.delete("i" + last);
        damaged.delete("i" + (last + 1));
        damaged.upsert("after", TestShard.vector(1, DIMENSION));
        damaged.runAllSteps();
        damaged.memory.flush();
        assertThat(StoredRows.rawPages(damaged)).isEqualTo(21);
        assertThat(gauge(damaged, UpkeepFigure.RAW_PAGES)).isEqualTo(21);
    }

    @Test
    void aRawPageTakesItsDeltasWithIt() {
        TestShard shard = TestShard.spread(DIMENSION, Metric.L2, Code.INT8);
        Random random = new Random(3);
        for (int i = 0; i < 3_000; i++) {
            shard.upsert("i" + random.nextInt(3), TestShard.vector(i, DIMENSION));
            if (random.nextInt(20) == 0) {
                shard.memory.flush();
            }
            if (random.nextInt(50) == 0) {
                shard = shard.reopened();
            }
        }
        shard.runAllSteps();
        long filling = BlockKey.of(BlockKind.RAW, rows(shard) / rawRows(shard));
        long first = BlockKey.of(BlockKind.RAW, 0);
        assertThat(shard.store.blocks().keySet())
                .filteredOn(key -> key >= first && key < filling && (key & BlockKey.SEQUENCE_MAX) != 0)
                .as("deltas of pages that are complete or gone")
                .isEmpty();
    }

    /** Moving a row of a relative code reads its exact vector. */
    @Test
    void aStepReassignsABoundedNumberOfRowsOfARelativeCode() {
        TestShard shard = new TestShard(
                NamespaceSettings.of(DIMENSION, Metric.L2, Code.RABITQ, 1, 0.9f),
                new MapWarmStore(),
                new MemoryLimits(1 << 24, 1 << 20, 32_768, 1024));
        long most = 0;
        for (int i = 0; i < 12_000; i++) {
            float[] vector = TestShard.vector(i, DIMENSION);
            vector[0] += i * 0.001f;
            shard.upsert("i" + i, vector);
            long before = gauge(shard, UpkeepFigure.ROWS_REASSIGNED);
            shard.memory.runStep();
            most = Math.max(most, gauge(shard, UpkeepFigure.ROWS_REASSIGNED) - before);
        }
        assertThat(most).isBetween(1L, (long) Reassignment.EXACT_ROWS_PER_STEP);
    }

    @Test
    void gaugesTellWhatWasDoneAndWhatThereIs() {
        TestShard shard = filled(1_000);
        assertThat(gauge(shard, UpkeepFigure.SPLITS) - gauge(shard, UpkeepFigure.MERGES))
                .isEqualTo(shard.awake().pages() - 1L);
        assertThat(gauge(shard, UpkeepFigure.ROWS_REASSIGNED)).isPositive();
        assertThat(gauge(shard, UpkeepFigure.OUTSTANDING)).isZero();
        assertThat(gauge(shard, UpkeepFigure.RAW_PAGES)).isEqualTo(StoredRows.rawPages(shard));
        assertThat(shard.memory.upkeep().rawLiveShare()).isBetween(0.95, 1.0);
        Random random = new Random(1);
        for (int i = 0; i < 900; i++) {
            shard.delete("i" + random.nextInt(1_000));
        }
        assertThat(gauge(shard, UpkeepFigure.OUTSTANDING)).isPositive();
        assertThat(shard.memory.upkeep().rawLiveShare()).isLessThan(0.5);
        shard.runAllSteps();
        shard.memory.flush();
        assertThat(gauge(shard, UpkeepFigure.OUTSTANDING)).isZero();
        assertThat(gauge(shard, UpkeepFigure.MERGES)).isPositive();
        assertThat(gauge(shard, UpkeepFigure.RAW_PAGES_COMPACTED)).isPositive();
        assertThat(gauge(shard, UpkeepFigure.RAW_PAGES)).isEqualTo(StoredRows.rawPages(shard));
        assertThat(shard.memory.upkeep().rawLiveShare()).isGreaterThan(RawLog.LIVE_SHARE_MIN - 0.05);
    }

    @Test
    void anErasedShardTakesItsOutstandingWorkWithIt() {
        TestShard shard = TestShard.of(DIMENSION, Metric.L2, Code.INT8);
        for (int i = 0; i < 500; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        shard.memory.flush();
        assertThat(OutstandingWork.of(shard, DIMENSION)).isNotEmpty();
        shard.memory.erase(TestShard.KEY);
        assertThat(gauge(shard, UpkeepFigure.OUTSTANDING)).isZero();
        assertThat(gauge(shard, UpkeepFigure.RAW_PAGES)).isZero();
        shard.upsert("i1", TestShard.vector(1, DIMENSION));
        shard.runAllSteps();
        shard.memory.flush();
        assertThat(OutstandingWork.of(shard, DIMENSION)).isEmpty();
        assertThat(shard.awake().pages()).isEqualTo(1);
    }

    /** Replacements make deltas of a scan page; none may be stored twice over. */
    @Test
    void deltasOfScanPagesNeverHoldMoreThanHalfOfTheirRows() {
        int dimension = 32;
        TestShard shard = new TestShard(
                NamespaceSettings.of(dimension, Metric.L2, Code.INT8, 1, 0.9f),
                new MapWarmStore(),
                new MemoryLimits(1 << 24, 1 << 20, 8_192, 8_192));
        Random random = new Random(1);
        for (int i = 0; i < 6_000; i++) {
            shard.upsert("i" + random.nextInt(2_000), TestShard.vector(i, dimension));
            shard.memory.runStep();
            if (i % 100 == 99) {
                shard.memory.flush();
                assertThat(bytesOfDeltas(shard)).isLessThan(bytesOfPages(shard) * 2 / 3);
            }
        }
    }

    private static long bytesOfDeltas(TestShard shard) {
        return scanBytes(shard, false);
    }

    private static long bytesOfPages(TestShard shard) {
        return scanBytes(shard, true);
    }

    private static long scanBytes(TestShard shard, boolean whole) {
        shard.store.select(TestShard.KEY);
        long first = BlockKey.of(BlockKind.SCAN, 0);
        long end = BlockKey.of(BlockKind.SCAN, BlockKey.NUMBER_MAX);
        return shard.store.blocks().entrySet().stream()
                .filter(block -> block.getKey() >= first && block.getKey() <= end)
                .filter(block -> (block.getKey() & BlockKey.SEQUENCE_MAX) == 0 == whole)
                .mapToLong(block -> block.getValue().length)
                .sum();
    }
}
