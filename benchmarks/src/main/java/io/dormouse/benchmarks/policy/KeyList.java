// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import java.util.Arrays;

/** Keys in a doubly linked list over two arrays; a key is in it at most once. */
final class KeyList {
    private static final int ABSENT = -1;

    private final int[] previous;
    private final int[] next;
    private final int end;
    private int size;

    KeyList(int keys) {
        previous = new int[keys + 1];
        next = new int[keys + 1];
        end = keys;
        Arrays.fill(next, ABSENT);
        previous[end] = end;
        next[end] = end;
    }

    boolean contains(int key) {
        return next[key] != ABSENT;
    }

    int size() {
        return size;
    }

    /** Puts a key that is not in the list in front. */
    void addFirst(int key) {
        int first = next[end];
        previous[key] = end;
        next[key] = first;
        next[end] = key;
        previous[first] = key;
        size++;
    }

    void remove(int key) {
        next[previous[key]] = next[key];
        previous[next[key]] = previous[key];
        next[key] = ABSENT;
        size--;
    }

    void moveToFront(int key) {
        remove(key);
        addFirst(key);
    }

    /** Takes the last key; the list must not be empty. */
    int removeLast() {
        if (size == 0) {
            throw new IllegalStateException("the list is empty: no key can be taken from it");
        }
        int key = previous[end];
        remove(key);
        return key;
    }
}
