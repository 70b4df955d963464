// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class S3FifoShadowTest {
    private static final int CAPACITY = 20;

    private final NodeTable nodes = new NodeTable();
    private final S3FifoShadow shadow = new S3FifoShadow(nodes, 1, 2, (from, node) -> {});
    private long fingerprint;

    S3FifoShadowTest() {
        shadow.setCapacity(CAPACITY);
        for (int i = 0; i < 100; i++) {
            shadow.access(created(1, 1));
        }
    }

    @Test
    void aBlockStaysOneRoundMoreForEachDoublingOfItsCost() {
        int ordinary = accessesUntilGone(1, 1);
        assertThat(accessesUntilGone(1.9f, 1)).isEqualTo(ordinary);
        int once = accessesUntilGone(2.5f, 1);
        assertThat(once).isGreaterThan(ordinary);
        assertThat(accessesUntilGone(64, 1)).isGreaterThan(3 * once / 2);
    }

    @Test
    void nothingStaysForItsPriceAlone() {
        assertThat(accessesUntilGone(1e9f, 1)).isLessThan(50 * CAPACITY);
    }

    @Test
    void aSmallBlockStaysLongerThanALargeOneOfTheSameCost() {
        assertThat(accessesUntilGone(8, 1)).isGreaterThan(accessesUntilGone(8, 8));
    }

    private int accessesUntilGone(float weight, int bytes) {
        int node = created(weight, bytes);
        shadow.access(node);
        int accesses = 0;
        while (shadow.holds(node)) {
            shadow.access(created(1, 1));
            accesses++;
        }
        return accesses;
    }

    private int created(float weight, int bytes) {
        int node = nodes.create(fingerprint++);
        nodes.need(node, 64);
        nodes.setBytes(node, bytes);
        nodes.setWeight(node, weight);
        return node;
    }
}
