// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import io.dormouse.state.cache.policy.EvictionPolicy;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** The eviction policy of the hot tier, the same classes, around keys. */
final class DormouseCache implements TraceCache {
    private static final int ABSENT = -1;

    private final int capacity;
    private final EvictionPolicy policy;
    private final IntUnaryOperator weights;
    private final int[] nodes;
    private int[] keys = new int[0];
    private int size;

    DormouseCache(int capacity, int keys) {
        this(capacity, keys, key -> 1);
    }

    /** @param weights what a miss of a key costs */
    DormouseCache(int capacity, int keys, IntUnaryOperator weights) {
        this.capacity = capacity;
        this.policy = new EvictionPolicy(capacity);
        this.weights = weights;
        this.nodes = new int[keys];
        Arrays.fill(nodes, ABSENT);
    }

    @Override
    public boolean access(int key) {
        if (nodes[key] != ABSENT) {
            policy.touch(nodes[key]);
            return true;
        }
        int node = policy.admit(key, 1, weights.applyAsInt(key));
        if (node >= keys.length) {
            keys = Arrays.copyOf(keys, policy.room());
        }
        nodes[key] = node;
        keys[node] = key;
        size++;
        if (size > capacity) {
            int victim = policy.victim();
            nodes[keys[victim]] = ABSENT;
            size--;
            policy.evicted(victim);
        }
        return false;
    }
}
