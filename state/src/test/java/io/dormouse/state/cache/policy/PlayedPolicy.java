// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A cache of keys around the policy, as the hot tier is one of blocks. */
final class PlayedPolicy {
    final EvictionPolicy policy;
    final Map<Long, Integer> nodes = new LinkedHashMap<>();
    final Map<Integer, Long> keys = new HashMap<>();
    final Map<Long, Integer> sizes = new HashMap<>();
    final long capacity;
    long pinnedBytes;
    long bytes;

    /** Evicted although the policy that leads would have kept it. */
    long victimsOfTheLead;

    PlayedPolicy(long capacity) {
        this.capacity = capacity;
        this.policy = new EvictionPolicy(capacity);
    }

    /** Asks for a key; whether it was there. */
    boolean ask(long key, int size, float weight) {
        Integer node = nodes.get(key);
        if (node != null) {
            policy.touch(node);
            return true;
        }
        node = policy.admit(key, size, weight);
        nodes.put(key, node);
        keys.put(node, key);
        sizes.put(key, size);
        bytes += size;
        trim();
        return false;
    }

    boolean ask(long key) {
        return ask(key, 1, 1);
    }

    void trim() {
        while (bytes > capacity) {
            int victim = policy.victim();
            if (victim == EvictionPolicy.NONE) {
                return;
            }
            victimsOfTheLead += policy.leadHolds(victim) ? 1 : 0;
            leave(victim);
            policy.evicted(victim);
        }
    }

    void remove(long key) {
        int node = nodes.get(key);
        leave(node);
        policy.remove(node);
    }

    void resize(long key, int size) {
        bytes += size - sizes.put(key, size);
        policy.resize(nodes.get(key), size);
    }

    void pin(long key, boolean pinned) {
        pinnedBytes += pinned ? sizes.get(key) : -sizes.get(key);
        policy.setCapacity(capacity - pinnedBytes);
        policy.setPinned(nodes.get(key), pinned);
    }

    private void leave(int node) {
        long key = keys.remove(node);
        nodes.remove(key);
        bytes -= sizes.remove(key);
    }
}
