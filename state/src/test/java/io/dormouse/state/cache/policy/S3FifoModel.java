// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** S3-FIFO as its paper tells it, over keys of one unit, for comparison. */
final class S3FifoModel {
    private final int capacity;
    private final int smallMax;
    private final Deque<Integer> small = new ArrayDeque<>();
    private final Deque<Integer> main = new ArrayDeque<>();
    private final Deque<Integer> ghost = new ArrayDeque<>();
    private final Map<Integer, Integer> uses = new HashMap<>();

    S3FifoModel(int capacity) {
        this.capacity = capacity;
        this.smallMax = capacity / 10;
    }

    boolean access(int key) {
        if (uses.computeIfPresent(key, (k, n) -> Math.min(3, n + 1)) != null) {
            return true;
        }
        while (small.size() + main.size() >= capacity) {
            if (small.size() >= smallMax || main.isEmpty()) {
                evictSmall();
            } else {
                evictMain();
            }
        }
        (ghost.remove(key) ? main : small).addFirst(key);
        uses.put(key, 0);
        return false;
    }

    private void evictSmall() {
        while (!small.isEmpty()) {
            int key = small.removeLast();
            if (uses.get(key) <= 1) {
                uses.remove(key);
                if (ghost.size() == capacity - smallMax) {
                    ghost.removeLast();
                }
                ghost.addFirst(key);
                return;
            }
            main.addFirst(key);
            uses.put(key, 0);
            if (main.size() > capacity - smallMax) {
                evictMain();
                return;
            }
        }
    }

    private void evictMain() {
        while (uses.get(main.peekLast()) > 0) {
            int key = main.removeLast();
            uses.merge(key, -1, Integer::sum);
            main.addFirst(key);
        }
        uses.remove(main.removeLast());
    }
}
