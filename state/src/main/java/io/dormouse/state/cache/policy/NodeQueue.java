// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

/** A doubly linked queue of nodes and the sum of their bytes. It does not know who is in it: its user does. */
final class NodeQueue {
    static final int NONE = -1;

    private final NodeTable nodes;
    private final int previous;
    private final int next;
    private int first = NONE;
    private int last = NONE;
    private int size;
    private long bytes;

    /** @param links the first of two columns of the table, shared by queues of which a node is in at most one */
    NodeQueue(NodeTable nodes, int links) {
        this.nodes = nodes;
        this.previous = links;
        this.next = links + 1;
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
        return nodes.get(node, next);
    }

    void addFirst(int node, int nodeBytes) {
        nodes.set(node, previous, NONE);
        nodes.set(node, next, first);
        if (first == NONE) {
            last = node;
        } else {
            nodes.set(first, previous, node);
        }
        first = node;
        size++;
        bytes += nodeBytes;
    }

    void remove(int node, int nodeBytes) {
        int before = nodes.get(node, previous);
        int after = nodes.get(node, next);
        if (before == NONE) {
            first = after;
        } else {
            nodes.set(before, next, after);
        }
        if (after == NONE) {
            last = before;
        } else {
            nodes.set(after, previous, before);
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
