// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

/** Least recently used. */
final class LruPeer implements TraceCache {
    private final int capacity;
    private final KeyList keys;

    LruPeer(int capacity, int keys) {
        this.capacity = capacity;
        this.keys = new KeyList(keys);
    }

    @Override
    public boolean access(int key) {
        if (keys.contains(key)) {
            keys.moveToFront(key);
            return true;
        }
        if (keys.size() == capacity) {
            keys.removeLast();
        }
        keys.addFirst(key);
        return false;
    }
}
