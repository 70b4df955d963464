// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ShardAuditTest {
    private static final int ITEMS = 300;
    private static final int DIMENSION = 8;

    private TestShard shard;
    private final List<String> faults = new ArrayList<>();
    private int visited;

    @BeforeEach
    void fill() {
        TestShard filled = TestShard.spread(DIMENSION, Metric.L2, Code.INT8);
        for (int i = 0; i < ITEMS; i++) {
            filled.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        filled.upsert("i7", TestShard.vector(1_000, DIMENSION));
        filled.delete("i8");
        filled.runAllSteps();
        shard = filled.reopened();
        shard.store.select(TestShard.KEY);
    }

    @Test
    void aSoundShardHasEveryItemOnceAndNoFaults() {
        audit();
        assertThat(faults).isEmpty();
        assertThat(visited).isEqualTo(ITEMS - 1);
    }

    @Test
    void aMissingItemIsNamedAndTheOthersAreVisited() {
        shard.store.removeBlock(BlockKey.of(BlockKind.ITEM, 3));
        audit();
        assertThat(faults).singleElement().asString().contains("'i3'", "test/0", "row 3 has no stored item");
        assertThat(visited).isEqualTo(ITEMS - 2);
    }

    @Test
    void aDamagedRawPageIsNamedForEachOfItsItems() {
        byte[] page = shard.store.block(BlockKey.of(BlockKind.RAW, 0));
        page[page.length - 1] ^= 1;
        shard.store.putBlock(BlockKey.of(BlockKind.RAW, 0), page);
        audit();
        int rows = shard.limits.rawRowsPerPage(DIMENSION);
        assertThat(faults).hasSize(rows - 2).allMatch(fault -> fault.contains("CRC32C"));
    }

    @Test
    void anItemThatNoScanPageFindsIsNamed() {
        long first = BlockKey.of(BlockKind.SCAN, 0);
        long end = BlockKey.of(BlockKind.SCAN, BlockKey.NUMBER_MAX);
        shard.store.blocks().keySet().removeIf(key -> key >= first && key <= end);
        audit();
        assertThat(faults)
                .anyMatch(fault -> fault.contains("is missing from the store"))
                .anyMatch(fault -> fault.contains("is in no scan page"));
    }

    @Test
    void anIndexEntryTooFewIsCounted() {
        shard.store.removeIndexEntry("i9");
        audit();
        assertThat(faults).singleElement().asString().contains("counts 299 items, but its index has 298");
    }

    private void audit() {
        shard.awake().audit((item, vector) -> visited++, faults::add);
    }
}
