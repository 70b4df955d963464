// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageMaintenanceTest {
    private static final int DIMENSION = 6;
    private static final int ITEMS = 2_000;

    private final TestShard shard = TestShard.of(DIMENSION, Metric.L2, Code.INT8);

    /** Items that drift: each split leaves some of the earlier ones in a page that is no longer theirs. */
    private static float[] vector(int item) {
        float[] vector = TestShard.vector(item, DIMENSION);
        vector[0] += item * 0.005f;
        return vector;
    }

    private void fill() {
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, vector(i));
            shard.memory.runStep();
        }
        shard.runAllSteps();
        shard.memory.flush();
    }

    @Test
    void rowsLieInThePageThatIsNearestToThem() throws Exception {
        fill();
        assertThat(shard.awake().pages()).isGreaterThan(50);
        assertThat(StoredRows.inNearestPage(shard)).isGreaterThan(0.9);
    }

    /** Where a dead row lies is told by its exact vector: none here can be read. */
    @Test
    void deadRowsThatNoHintTellsAreSweptAway() throws Exception {
        fill();
        TestShard blind = shard.restored();
        blind.store.select(TestShard.KEY);
        long first = BlockKey.of(BlockKind.RAW, 0);
        long end = BlockKey.of(BlockKind.RAW, BlockKey.NUMBER_MAX);
        blind.store.blocks().replaceAll((key, block) -> key >= first && key <= end ? new byte[5] : block);
        int deleted = ITEMS / 2;
        for (int i = 0; i < deleted; i++) {
            blind.delete("i" + 2 * i);
            blind.runAllSteps();
        }
        blind.memory.flush();
        assertThat(StoredRows.dead(blind)).isLessThan(deleted * 2 / 3);
    }

    @Test
    void emptiedPagesGiveTheirRowsAway() throws Exception {
        fill();
        int pages = shard.awake().pages();
        for (int i = 0; i < ITEMS; i++) {
            if (i % 20 != 0) {
                shard.delete("i" + i);
                shard.memory.runStep();
            }
        }
        shard.runAllSteps();
        shard.memory.flush();
        assertThat(shard.awake().pages()).isLessThan(pages / 4);
        assertThat(StoredRows.inNearestPage(shard)).isGreaterThan(0.9);
        StoredRows.assertEachInOnePage(shard);
    }

    /** New items keep coming near one place while the old ones there die, so raw pages hold a few live rows each. */
    @Test
    void theRawLogStaysNearTheSizeOfWhatIsAlive() throws Exception {
        fill();
        long pages = StoredRows.rawPages(shard);
        Random random = new Random(3);
        for (int i = 0; i < 4 * ITEMS; i++) {
            shard.upsert("i" + random.nextInt(ITEMS), vector(ITEMS + i));
            shard.memory.runStep();
        }
        shard.runAllSteps();
        shard.memory.flush();
        assertThat((double) StoredRows.rawPages(shard)).isLessThan(1.3 * pages);
        StoredRows.assertEachInOnePage(shard);
    }

    @Test
    void aLogWhoseOldestRowsDieIsNeverRewritten() {
        fill();
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("n" + i, vector(ITEMS + i));
            shard.delete("i" + i);
            shard.memory.runStep();
        }
        shard.runAllSteps();
        shard.memory.flush();
        shard.store.select(TestShard.KEY);
        assertThat(HeadBundle.read(shard.store, 0).head().nextRow).isEqualTo(2 * ITEMS);
    }

    @Test
    void aPageThatIsFullTakesARowAllTheSame() throws Exception {
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, vector(i)); // and no step in between
        }
        shard.memory.flush();
        StoredRows.assertEachInOnePage(shard);
        assertThat(shard.awake().pages()).isGreaterThan(50);
        float[] query = new float[DIMENSION];
        Arrays.fill(query, 1);
        assertThat(shard.nearest(ITEMS, query)).hasSize(ITEMS);
    }
}
