// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

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

    /** What a round adds to the column that counts uses. */
    private static final int ROUND = USES_MAX + 1;

    private static final int SMALL_PART = 10;
    private static final float MEAN_STEP = 1 / 64f;

    private static final int SMALL = 1;
    private static final int MAIN = 2;
    private static final int GHOST = 3;

    private final NodeTable nodes;
    private final Listener listener;
    private final int held;
    private final int remembered;
    private final NodeQueue small;
    private final NodeQueue main;
    private final NodeQueue ghost;
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
        this.small = new NodeQueue(nodes, NodeTable.S3_FIFO_LINKS);
        this.main = new NodeQueue(nodes, NodeTable.S3_FIFO_LINKS);
        this.ghost = new NodeQueue(nodes, NodeTable.S3_FIFO_LINKS);
        this.held = held;
        this.remembered = remembered;
        this.listener = listener;
    }

    @Override
    public boolean access(int node) {
        if (holds(node)) {
            setUses(node, Math.min(USES_MAX, uses(node) + 1));
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
        setUses(node, 0);
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
            if (uses(node) > 1) {
                setUses(node, 0);
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
            if (uses(node) > 0) {
                setUses(node, uses(node) - 1);
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
        if (meanDensity == 0 || density < 2 * meanDensity) {
            return false;
        }
        int state = nodes.get(node, NodeTable.S3_FIFO_USES);
        int rounds = state / ROUND;
        boolean spared = rounds < Math.min(ROUNDS_MAX, Math.getExponent(density / meanDensity));
        if (spared) {
            nodes.set(node, NodeTable.S3_FIFO_USES, state + ROUND);
        }
        return spared;
    }

    private int uses(int node) {
        return nodes.get(node, NodeTable.S3_FIFO_USES) % ROUND;
    }

    /** Sets the uses, and no rounds: the block may be spared as often again. */
    private void setUses(int node, int uses) {
        nodes.set(node, NodeTable.S3_FIFO_USES, uses);
    }

    private float density(int node) {
        return nodes.weight(node) / nodes.bytes(node);
    }

    private void remember(int node) {
        int bytes = nodes.bytes(node);
        while (!ghost.isEmpty() && ghost.bytes() + bytes > capacity - smallMax) {
            int oldest = take(ghost);
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

    private void put(int node, int to) {
        nodes.set(node, NodeTable.S3_FIFO_QUEUE, to);
        queue(to).addFirst(node, nodes.bytes(node));
    }

    private NodeQueue queue(int which) {
        return which == SMALL ? small : which == MAIN ? main : ghost;
    }

    @Override
    public boolean holds(int node) {
        return nodes.needs(node, held);
    }

    @Override
    public void forget(int node) {
        if (nodes.needs(node, held | remembered)) {
            queue(nodes.get(node, NodeTable.S3_FIFO_QUEUE)).remove(node, nodes.bytes(node));
            nodes.release(node, held | remembered);
        }
    }

    @Override
    public void resize(int node, int deltaBytes) {
        if (nodes.needs(node, held | remembered)) {
            queue(nodes.get(node, NodeTable.S3_FIFO_QUEUE)).resize(deltaBytes);
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
}
