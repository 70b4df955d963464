// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.Arrays;

/**
 * S3-FIFO (Yang and others, SOSP 2023) corrected by value. A small queue of a tenth of the capacity, where a block must be
 * used twice to be promoted; a main queue with reinsertion; a ghost queue of what left the small one.
 *
 * <p>The correction: a block that would leave, but whose miss costs at least twice as much per byte as that of the blocks
 * that left lately, goes round once more per doubling. As what leaves becomes dearer, fewer are spared, so nothing stays
 * for its price alone. Where all blocks are worth the same, none is spared and this is plain S3-FIFO.
 */
final class S3FifoShadow implements Shadow {
    private static final int USES_MAX = 3;
    private static final int ROUNDS_MAX = 15;
    private static final int SMALL_PART = 10;
    private static final float MEAN_STEP = 1 / 64f;

    private static final byte SMALL = 1;
    private static final byte MAIN = 2;
    private static final byte GHOST = 3;

    private final NodeTable nodes;
    private final Listener listener;
    private final int held;
    private final int remembered;
    private final NodeLinks links = new NodeLinks();
    private final NodeQueue small = new NodeQueue(links);
    private final NodeQueue main = new NodeQueue(links);
    private final NodeQueue ghost = new NodeQueue(links);
    private byte[] queues = new byte[0];
    private byte[] uses = new byte[0];
    private byte[] rounds = new byte[0];
    private long capacity;
    private long smallMax;

    /** Running mean of weight per byte of what left; 0 before anything did. */
    private float meanDensity;

    /**
     * @param held the bit of {@link NodeTable#need} that says a node is held here
     * @param remembered the bit for the ghost queue
     */
    S3FifoShadow(NodeTable nodes, int held, int remembered, Listener listener) {
        this.nodes = nodes;
        this.held = held;
        this.remembered = remembered;
        this.listener = listener;
    }

    @Override
    public boolean access(int node) {
        if (holds(node)) {
            uses[node] = (byte) Math.min(USES_MAX, uses[node] + 1);
            rounds[node] = 0;
            return true;
        }
        int bytes = nodes.bytes(node);
        while (heldBytes() + bytes > capacity && heldBytes() > 0) {
            evict();
        }
        boolean returns = nodes.needs(node, remembered);
        if (returns) {
            ghost.remove(node, bytes);
            nodes.need(node, held);
            nodes.release(node, remembered);
        }
        nodes.need(node, held);
        uses[node] = 0;
        rounds[node] = 0;
        put(node, returns ? MAIN : SMALL);
        return false;
    }

    private long heldBytes() {
        return small.bytes() + main.bytes();
    }

    private void evict() {
        if (small.bytes() >= smallMax || main.isEmpty()) {
            evictSmall();
        } else {
            evictMain();
        }
    }

    private void evictSmall() {
        while (!small.isEmpty()) {
            int node = take(small);
            if (uses[node] > 1) {
                uses[node] = 0;
                put(node, MAIN);
                if (main.bytes() > capacity - smallMax) {
                    evictMain();
                    return;
                }
            } else if (spared(node)) {
                put(node, SMALL);
            } else {
                remember(node);
                left(node);
                return;
            }
        }
    }

    private void evictMain() {
        while (!main.isEmpty()) {
            int node = take(main);
            if (uses[node] > 0) {
                uses[node]--;
                put(node, MAIN);
            } else if (spared(node)) {
                put(node, MAIN);
            } else {
                left(node);
                return;
            }
        }
    }

    private boolean spared(int node) {
        float density = density(node);
        if (rounds[node] >= ROUNDS_MAX || meanDensity == 0 || density < 2 * meanDensity) {
            return false;
        }
        boolean spared = rounds[node] < Math.getExponent(density / meanDensity);
        rounds[node] += (byte) (spared ? 1 : 0);
        return spared;
    }

    private float density(int node) {
        return nodes.weight(node) / nodes.bytes(node);
    }

    private void remember(int node) {
        int bytes = nodes.bytes(node);
        while (!ghost.isEmpty() && ghost.bytes() + bytes > capacity - smallMax) {
            int oldest = take(ghost);
            queues[oldest] = 0;
            nodes.release(oldest, remembered);
        }
        nodes.need(node, remembered);
        put(node, GHOST);
    }

    private void left(int node) {
        float density = density(node);
        meanDensity = meanDensity == 0 ? density : meanDensity + (density - meanDensity) * MEAN_STEP;
        listener.dropped(this, node);
        nodes.release(node, held);
    }

    private int take(NodeQueue queue) {
        int node = queue.last();
        queue.remove(node, nodes.bytes(node));
        return node;
    }

    private void put(int node, byte to) {
        queues[node] = to;
        queue(to).addFirst(node, nodes.bytes(node));
    }

    private NodeQueue queue(byte which) {
        return which == SMALL ? small : which == MAIN ? main : ghost;
    }

    @Override
    public boolean holds(int node) {
        return nodes.needs(node, held);
    }

    @Override
    public void forget(int node) {
        if (nodes.needs(node, held | remembered)) {
            queue(queues[node]).remove(node, nodes.bytes(node));
            nodes.release(node, held | remembered);
        }
    }

    @Override
    public void resize(int node, int deltaBytes) {
        if (nodes.needs(node, held | remembered)) {
            queue(queues[node]).resize(deltaBytes);
        }
    }

    @Override
    public void setCapacity(long bytes) {
        capacity = bytes;
        smallMax = Math.max(1, bytes / SMALL_PART);
        while (heldBytes() > capacity) {
            evict();
        }
    }

    @Override
    public void grow(int count) {
        links.grow(count);
        queues = Arrays.copyOf(queues, count);
        uses = Arrays.copyOf(uses, count);
        rounds = Arrays.copyOf(rounds, count);
    }
}
