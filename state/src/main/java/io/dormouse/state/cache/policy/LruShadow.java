// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

/** Least recently used: the plain policy that the others are measured against. */
final class LruShadow implements Shadow {
    private final NodeTable nodes;
    private final Listener listener;
    private final int held;
    private final NodeQueue queue;
    private long capacity;

    /** @param held the bit of {@link NodeTable#need} that says a node is held here */
    LruShadow(NodeTable nodes, int held, Listener listener) {
        this.nodes = nodes;
        this.queue = new NodeQueue(nodes, NodeTable.LRU_LINKS);
        this.held = held;
        this.listener = listener;
    }

    @Override
    public boolean access(int node) {
        if (holds(node)) {
            queue.moveToFront(node);
            return true;
        }
        nodes.need(node, held);
        queue.addFirst(node, nodes.bytes(node));
        fit();
        return false;
    }

    @Override
    public boolean holds(int node) {
        return nodes.needs(node, held);
    }

    @Override
    public void forget(int node) {
        if (holds(node)) {
            queue.remove(node, nodes.bytes(node));
            nodes.release(node, held);
        }
    }

    @Override
    public void resize(int node, int deltaBytes) {
        if (holds(node)) {
            queue.resize(deltaBytes);
        }
    }

    @Override
    public void setCapacity(long bytes) {
        capacity = bytes;
        fit();
    }

    private void fit() {
        while (queue.bytes() > capacity) {
            int node = queue.last();
            queue.remove(node, nodes.bytes(node));
            listener.dropped(this, node);
            nodes.release(node, held);
        }
    }
}
