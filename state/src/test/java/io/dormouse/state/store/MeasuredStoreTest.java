// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.AccessLevels.Level;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuredStoreTest {
    private final AccessLevels levels = new AccessLevels();
    private final MapWarmStore below = new MapWarmStore();
    private final WarmStore store = new MeasuredStore(below, levels);

    @Test
    void readsOfPagesAndItemsAreTimedAndOthersAreNot() {
        List<Level> heard = new ArrayList<>();
        levels.listen((level, nanos) -> {
            assertThat(nanos).isNotNegative();
            heard.add(level);
        });
        store.select(new ShardKey("n", 0));
        for (BlockKind kind : BlockKind.values()) {
            store.block(BlockKey.of(kind, 7));
            store.block(BlockKey.of(kind, 7, 1));
        }
        assertThat(heard).containsExactly(Level.WARM, Level.WARM, Level.WARM);
        assertThat(levels.count(Level.WARM)).isEqualTo(3);
        assertThat(levels.meanNanos(Level.WARM)).isPositive();
    }

    @Test
    void someAccessesInHeapAreTimedAndAllAreCounted() {
        List<Long> timed = new ArrayList<>();
        levels.listen((level, nanos) -> timed.add(nanos));
        for (int i = 0; i < 1_000; i++) {
            if (levels.timesNextHit()) {
                levels.timedHit(i);
            }
            levels.hit();
        }
        assertThat(timed).containsExactly(0L, 256L, 512L, 768L);
        assertThat(levels.count(Level.HOT)).isEqualTo(1_000);
    }
}
