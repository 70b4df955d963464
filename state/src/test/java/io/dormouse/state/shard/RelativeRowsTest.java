// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativeRowsTest {
    private static final int DIMENSION = 24;
    private static final int ITEMS = 600;

    /** Splits, reassignments, merges and deletions, and nothing left to do. */
    private static TestShard lived(Code code, Metric metric) {
        TestShard shard = TestShard.of(DIMENSION, metric, code);
        Random random = new Random(1);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
            if (random.nextInt(3) == 0) {
                shard.delete("i" + random.nextInt(i + 1));
            }
            shard.memory.runStep();
        }
        shard.runAllSteps();
        shard.memory.flush();
        return shard;
    }

    @ParameterizedTest
    @CsvSource({"RABITQ, L2", "RABITQ, COSINE", "PQ, L2", "PQ, INNER_PRODUCT"})
    void everyRowStaysEncodedAgainstTheCentroidOfItsPage(Code code, Metric metric) throws Exception {
        TestShard shard = lived(code, metric);
        assertThat(shard.awake().reorganisations()).isGreaterThan(10);
        StoredRows.assertEncodedAnew(shard);
    }

    @ParameterizedTest
    @CsvSource({"RABITQ, 3", "PQ, 0"})
    void aDamagedRawPageStopsNoSplitAndLosesNoRow(Code code, int number) {
        TestShard stored = lived(code, Metric.L2);
        TestShard shard = stored.restored();
        shard.store.select(TestShard.KEY);
        shard.store.putBlock(BlockKey.of(BlockKind.RAW, storedRaw(shard, number)), new byte[100]);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("n" + i, TestShard.vector(i, DIMENSION));
            shard.memory.runStep();
        }
        shard.runAllSteps();
        long items = shard.awake().items();
        SearchAnswer all = shard.search((int) items, TestShard.vector(3, DIMENSION));
        Set<String> ids = new HashSet<>();
        all.hits().forEach(hit -> assertThat(ids.add(hit.item().id())).isTrue());
        assertThat(ids).hasSize((int) items);
        assertThat(all.damagedPages()).isPositive();
        List<String> faults = new ArrayList<>();
        shard.awake().audit((item, vector) -> {}, faults::add);
        assertThat(faults).isNotEmpty().allSatisfy(fault -> assertThat(fault).doesNotContain("no scan page"));
    }

    /** Number of a stored raw page: the first has the place 0. */
    private static long storedRaw(TestShard shard, int place) {
        return shard.store.blocks().keySet().stream()
                .filter(key -> key >= BlockKey.of(BlockKind.RAW, 0) && key < BlockKey.of(BlockKind.RAW, 1L << 40))
                .mapToLong(key -> key - BlockKey.of(BlockKind.RAW, 0))
                .map(key -> key / (BlockKey.of(BlockKind.RAW, 1) - BlockKey.of(BlockKind.RAW, 0)))
                .distinct()
                .sorted()
                .skip(place)
                .findFirst()
                .orElseThrow();
    }
}
