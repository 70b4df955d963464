// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LirsShadowTest {
    private final NodeTable nodes = new NodeTable();
    private final LirsShadow shadow = new LirsShadow(nodes, 1, 2, (from, node) -> {});

    LirsShadowTest() {
        shadow.setCapacity(100);
    }

    @Test
    void oneLoopTakesThePlaceOfAnother() {
        int[] first = created(0, 150);
        int[] second = created(1_000, 150);
        assertThat(hitsOfLastRound(first)).isEqualTo(99);
        assertThat(hitsOfLastRound(second)).isEqualTo(99);
    }

    @Test
    void whatWasUsedOnceDoesNotPushOutWhatWasUsedAgain() {
        int[] used = created(0, 90);
        hitsOfLastRound(used);
        for (int node : created(1_000, 5_000)) {
            shadow.access(node);
        }
        for (int node : used) {
            assertThat(shadow.holds(node)).isTrue();
        }
    }

    private int[] created(long firstFingerprint, int count) {
        int[] created = new int[count];
        for (int i = 0; i < count; i++) {
            created[i] = nodes.create(firstFingerprint + i);
            nodes.need(created[i], 64);
            nodes.setBytes(created[i], 1);
        }
        return created;
    }

    private int hitsOfLastRound(int[] loop) {
        int hits = 0;
        for (int round = 0; round < 5; round++) {
            hits = 0;
            for (int node : loop) {
                hits += shadow.access(node) ? 1 : 0;
            }
        }
        return hits;
    }
}
