// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import java.util.Arrays;

/**
 * What a cache that knows the future could reach (Belady 1966): a miss takes the place of the key that is needed last, unless
 * it is itself needed later still.
 */
final class BeladyBound {
    private static final int NEVER = Integer.MAX_VALUE;

    private BeladyBound() {}

    /** Hits over the whole trace. */
    static long hits(Trace trace, int capacity) {
        int[] nextUse = nextUses(trace);
        FarthestFirst held = new FarthestFirst(trace.keys());
        long hits = 0;
        for (int i = 0; i < nextUse.length; i++) {
            int key = trace.key(i);
            if (held.contains(key)) {
                hits++;
                held.set(key, nextUse[i]);
            } else if (held.size() < capacity) {
                held.set(key, nextUse[i]);
            } else if (held.farthest() > nextUse[i]) {
                held.removeFarthest();
                held.set(key, nextUse[i]);
            }
        }
        return hits;
    }

    private static int[] nextUses(Trace trace) {
        int[] uses = new int[trace.length()];
        int[] seen = new int[trace.keys()];
        Arrays.fill(seen, NEVER);
        for (int i = uses.length - 1; i >= 0; i--) {
            uses[i] = seen[trace.key(i)];
            seen[trace.key(i)] = i;
        }
        return uses;
    }

    /** A heap of keys, the one used farthest in the future on top. */
    private static final class FarthestFirst {
        private final int[] heap;
        private final int[] place;
        private final int[] use;
        private int size;

        FarthestFirst(int keys) {
            heap = new int[keys];
            place = new int[keys];
            use = new int[keys];
            Arrays.fill(place, -1);
        }

        boolean contains(int key) {
            return place[key] >= 0;
        }

        int size() {
            return size;
        }

        int farthest() {
            return use[heap[0]];
        }

        void set(int key, int nextUse) {
            use[key] = nextUse;
            if (place[key] < 0) {
                put(size++, key);
            }
            up(place[key]);
        }

        void removeFarthest() {
            place[heap[0]] = -1;
            int last = heap[--size];
            if (size > 0) {
                put(0, last);
                down(0);
            }
        }

        private void put(int at, int key) {
            heap[at] = key;
            place[key] = at;
        }

        private void up(int from) {
            int at = from;
            int key = heap[at];
            while (at > 0 && use[heap[(at - 1) / 2]] < use[key]) {
                put(at, heap[(at - 1) / 2]);
                at = (at - 1) / 2;
            }
            put(at, key);
        }

        private void down(int from) {
            int at = from;
            int key = heap[at];
            while (2 * at + 1 < size) {
                int child = 2 * at + 1;
                if (child + 1 < size && use[heap[child + 1]] > use[heap[child]]) {
                    child++;
                }
                if (use[heap[child]] <= use[key]) {
                    break;
                }
                put(at, heap[child]);
                at = child;
            }
            put(at, key);
        }
    }
}
