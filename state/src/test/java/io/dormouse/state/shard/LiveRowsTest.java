// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.store.MapWarmStore;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveRowsTest {
    private final MapWarmStore store = new MapWarmStore();
    private LiveRows live;

    @BeforeEach
    void select() {
        store.select(TestShard.KEY);
        live = new LiveRows(store, 0);
    }

    @Test
    void rowsAreDeadUntilTheyAreSetAlive() {
        assertThat(live.accepts(0)).isFalse();
        live.setAlive(63);
        assertThat(live.accepts(63)).isTrue();
        assertThat(live.accepts(62)).isFalse();
        assertThat(live.accepts(64)).isFalse();
        live.setDead(63);
        assertThat(live.accepts(63)).isFalse();
    }

    @Test
    void aRangeEndsBeforeItsEnd() {
        live.setAlive(100);
        assertThat(live.anyAlive(0, 100)).isFalse();
        assertThat(live.anyAlive(0, 101)).isTrue();
        assertThat(live.anyAlive(100, 101)).isTrue();
        assertThat(live.anyAlive(101, 500)).isFalse();
    }

    @Test
    void onlyFlushedBitsSurviveAndUnchangedChunksAreNotStoredAgain() {
        live.setAlive(5);
        assertThat(new LiveRows(store, 0).accepts(5)).isFalse();
        live.flush();
        long before = store.bytesPut();
        live.flush();
        assertThat(store.bytesPut()).isEqualTo(before);
        assertThat(new LiveRows(store, 0).accepts(5)).isTrue();
    }

    @Test
    void aLastRowThatDiedIsStoredAsDead() {
        live.setAlive(5);
        live.flush();
        live.setDead(5);
        live.flush();
        assertThat(new LiveRows(store, 0).accepts(5)).isFalse();
    }

    @Test
    void heapBytesGrowWithTheRows() {
        int empty = live.heapBytes();
        live.setAlive(LiveRows.CHUNK_ROWS - 1);
        assertThat(live.heapBytes() - empty).isGreaterThanOrEqualTo(LiveRows.CHUNK_ROWS / 8);
    }

    @Test
    void aRandomLifeAcrossChunksIsABitSet() {
        Random random = new Random(11);
        BitSet model = new BitSet();
        for (int i = 0; i < 20_000; i++) {
            int row = random.nextInt(4) * LiveRows.CHUNK_ROWS - 50 + random.nextInt(100);
            row = Math.max(0, row);
            if (random.nextBoolean()) {
                live.setAlive(row);
                model.set(row);
            } else {
                live.setDead(row);
                model.clear(row);
            }
            if (random.nextInt(500) == 0) {
                live.flush();
                live = new LiveRows(store, 0);
            }
            int asked = Math.max(0, row - 3 + random.nextInt(6));
            assertThat(live.accepts(asked)).isEqualTo(model.get(asked));
        }
    }
}
