// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.cache.HotPageCache;
import org.junit.jupiter.api.Test;

class MemoryPressureTest {
    private static final long CONFIGURED = 1L << 30;

    private final HotPageCache cache = new HotPageCache(CONFIGURED, 1 << 20);
    private double used;
    private final MemoryPressure pressure = new MemoryPressure(() -> used, cache);

    @Test
    void theLimitFollowsWhatTheCacheHoldsAndNotWhatItMayHold() {
        cache.reserve(100 << 20);
        used = 0.85;
        assertThat(pressure.look()).isTrue();
        assertThat(pressure.level()).isEqualTo(2);
        assertThat(pressure.batchShare()).isEqualTo(0.25);
        assertThat(cache.bytesMax()).isEqualTo(75L << 20);
    }

    @Test
    void withoutACollectionNothingIsKnownAndNothingTaken() {
        cache.reserve(100 << 20);
        used = 0.72;
        assertThat(pressure.look()).isTrue();
        long limit = cache.bytesMax();
        assertThat(pressure.look()).isFalse();
        assertThat(cache.bytesMax()).isEqualTo(limit);
    }

    @Test
    void theLimitGrowsAgainByItselfUpToWhatIsConfigured() {
        cache.reserve(100 << 20);
        used = 0.95;
        pressure.look();
        used = 0.68;
        assertThat(pressure.look()).isFalse();
        assertThat(cache.bytesMax()).as("close below the first level").isEqualTo(50L << 20);
        used = 0.3;
        for (int i = 0; i < 100; i++) {
            pressure.look();
        }
        assertThat(cache.bytesMax()).isEqualTo(CONFIGURED);
        assertThat(pressure.level()).isZero();
        assertThat(pressure.batchShare()).isOne();
    }

    @Test
    void theHeapOfThisProcessIsLookedAt() {
        System.gc();
        assertThat(new HeapUse().getAsDouble()).isBetween(0.001, 1.0);
    }
}
