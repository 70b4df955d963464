// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** W-TinyLFU: Caffeine itself, its maintenance run in the calling thread. */
final class CaffeinePeer implements TraceCache {
    private final Cache<Integer, Boolean> cache;
    private final Integer[] boxed;

    CaffeinePeer(int capacity, int keys) {
        cache = Caffeine.newBuilder()
                .maximumSize(capacity)
                .initialCapacity(capacity)
                .executor(Runnable::run)
                .build();
        boxed = new Integer[keys];
        for (int key = 0; key < keys; key++) {
            boxed[key] = key;
        }
    }

    @Override
    public boolean access(int key) {
        boolean held = cache.getIfPresent(boxed[key]) != null;
        if (!held) {
            cache.put(boxed[key], Boolean.TRUE);
        }
        return held;
    }
}
