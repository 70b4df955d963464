// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

/** A doubly linked queue of nodes and the sum of their bytes. It does not know who is in it: its user does. */
final class NodeQueue {
    static final int NONE = -1;

    private final NodeLinks links;
    private int first = NONE;
    private int last = NONE;
    private int size;
    private long bytes;

    NodeQueue(NodeLinks links) {
        this.links = links;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /** The node at the front, or {@link #NONE}. */
    int first() {
        return first;
    }

    /** The node at the end, or {@link #NONE}. */
    int last() {
        return last;
    }

    /** The node behind this one, or {@link #NONE}. */
    int next(int node) {
        return links.next[node];
    }

    void addFirst(int node, int nodeBytes) {
        links.previous[node] = NONE;
        links.next[node] = first;
        if (first == NONE) {
            last = node;
        } else {
            links.previous[first] = node;
        }
        first = node;
        size++;
        bytes += nodeBytes;
    }

    void remove(int node, int nodeBytes) {
        int before = links.previous[node];
        int after = links.next[node];
        if (before == NONE) {
            first = after;
        } else {
            links.next[before] = after;
        }
        if (after == NONE) {
            last = before;
        } else {
            links.previous[after] = before;
        }
        size--;
        bytes -= nodeBytes;
    }

    void moveToFront(int node) {
        if (first != node) {
            remove(node, 0);
            addFirst(node, 0);
        }
    }

    /** A node in the queue changed its size. */
    void resize(long deltaBytes) {
        bytes += deltaBytes;
    }
}
