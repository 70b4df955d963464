// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

/**
 * Three static queues (Yang and others, FIFO queues are all you need for cache eviction, SOSP 2023, algorithm 1): a small
 * queue of a tenth, a main queue with reinsertion, a ghost queue of as many keys as the main one.
 */
final class S3FifoPeer implements TraceCache {
    private static final int USES_MAX = 3;

    private final int capacity;
    private final int smallMax;
    private final KeyList small;
    private final KeyList main;
    private final KeyList ghost;
    private final byte[] uses;

    S3FifoPeer(int capacity, int keys) {
        this.capacity = capacity;
        this.smallMax = Math.max(1, capacity / 10);
        small = new KeyList(keys);
        main = new KeyList(keys);
        ghost = new KeyList(keys);
        uses = new byte[keys];
    }

    @Override
    public boolean access(int key) {
        if (small.contains(key) || main.contains(key)) {
            uses[key] = (byte) Math.min(USES_MAX, uses[key] + 1);
            return true;
        }
        while (small.size() + main.size() >= capacity) {
            evict();
        }
        if (ghost.contains(key)) {
            ghost.remove(key);
            main.addFirst(key);
        } else {
            small.addFirst(key);
        }
        uses[key] = 0;
        return false;
    }

    private void evict() {
        if (small.size() >= smallMax || main.size() == 0) {
            evictSmall();
        } else {
            evictMain();
        }
    }

    private void evictSmall() {
        while (small.size() > 0) {
            int key = small.removeLast();
            if (uses[key] > 1) {
                uses[key] = 0;
                main.addFirst(key);
                if (main.size() > capacity - smallMax) {
                    evictMain();
                    return;
                }
            } else {
                if (ghost.size() >= capacity - smallMax) {
                    ghost.removeLast();
                }
                ghost.addFirst(key);
                return;
            }
        }
    }

    private void evictMain() {
        while (main.size() > 0) {
            int key = main.removeLast();
            if (uses[key] == 0) {
                return;
            }
            uses[key]--;
            main.addFirst(key);
        }
    }
}
