// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

/**
 * LIRS (Jiang and Zhang, SIGMETRICS 2002): what was used again after a short while (LIR) stays, whatever was used since;
 * the rest (HIR) passes through a small queue. The stack orders all of them, and what left the queue lately, by their last
 * use; its end is always LIR. What leaves the queue while it is in the stack is remembered, and becomes LIR when it
 * returns.
 */
final class LirsShadow implements Shadow {
    /** Share of the capacity for blocks that are not LIR, in per cent. */
    private static final int QUEUE_PERCENT = 1;

    /** Bytes remembered, as a multiple of the capacity. */
    private static final int REMEMBERED = 2;

    private static final int ABSENT = 0;
    private static final int LIR = 1;
    private static final int HIR = 2;
    private static final int GONE = 3;

    /** Added to the state of a node in the stack. */
    private static final int STACKED = 4;

    private final NodeTable nodes;
    private final Listener listener;
    private final int held;
    private final int remembered;
    private final NodeQueue stack;
    private final NodeQueue queue;
    private final NodeQueue gone;
    private long lirBytes;
    private long capacity;
    private long lirMax;

    /**
     * @param held the bit of {@link NodeTable#need} that says a node is held here
     * @param remembered the bit for what left, but is still in the stack
     */
    LirsShadow(NodeTable nodes, int held, int remembered, Listener listener) {
        this.nodes = nodes;
        this.stack = new NodeQueue(nodes, NodeTable.LIRS_STACK_LINKS);
        this.queue = new NodeQueue(nodes, NodeTable.LIRS_QUEUE_LINKS);
        this.gone = new NodeQueue(nodes, NodeTable.LIRS_QUEUE_LINKS);
        this.held = held;
        this.remembered = remembered;
        this.listener = listener;
    }

    @Override
    public boolean access(int node) {
        if (!holds(node)) {
            enter(node);
            return false;
        }
        if (state(node) == LIR || stacked(node)) {
            pushOnStack(node);
            if (state(node) == HIR) {
                queue.remove(node, nodes.bytes(node));
                promote(node);
            }
            prune();
        } else {
            queue.moveToFront(node);
            pushOnStack(node);
        }
        return true;
    }

    private void enter(int node) {
        int bytes = nodes.bytes(node);
        while (heldBytes() + bytes > capacity && heldBytes() > 0) {
            evict();
        }
        nodes.need(node, held);
        boolean returns = nodes.needs(node, remembered);
        if (returns) {
            gone.remove(node, bytes);
            nodes.release(node, remembered);
        }
        pushOnStack(node);
        if (returns || lirBytes + bytes <= lirMax) {
            promote(node);
        } else {
            setState(node, HIR);
            queue.addFirst(node, bytes);
        }
        prune();
    }

    private long heldBytes() {
        return lirBytes + queue.bytes();
    }

    /** Makes a node on top of the stack LIR, and so many at its end HIR that the rest fits. */
    private void promote(int node) {
        setState(node, LIR);
        lirBytes += nodes.bytes(node);
        while (lirBytes > lirMax) {
            demoteLast();
        }
    }

    private void demoteLast() {
        prune();
        int node = stack.last();
        unstack(node);
        setState(node, HIR);
        lirBytes -= nodes.bytes(node);
        queue.addFirst(node, nodes.bytes(node));
        prune();
    }

    private void evict() {
        if (queue.isEmpty()) {
            demoteLast();
        }
        int node = queue.last();
        int bytes = nodes.bytes(node);
        queue.remove(node, bytes);
        setState(node, ABSENT);
        if (stacked(node)) {
            setState(node, GONE);
            nodes.need(node, remembered);
            gone.addFirst(node, bytes);
            while (gone.bytes() > REMEMBERED * capacity) {
                forgetGone(gone.last());
            }
        }
        listener.dropped(this, node);
        nodes.release(node, held);
    }

    private void forgetGone(int node) {
        gone.remove(node, nodes.bytes(node));
        unstack(node);
        setState(node, ABSENT);
        nodes.release(node, remembered);
    }

    /** Takes from the end of the stack what is not LIR. */
    private void prune() {
        while (!stack.isEmpty() && state(stack.last()) != LIR) {
            int node = stack.last();
            if (state(node) == GONE) {
                forgetGone(node);
            } else {
                unstack(node);
            }
        }
    }

    private int state(int node) {
        return column(node) & ~STACKED;
    }

    private void setState(int node, int state) {
        setColumn(node, column(node) & STACKED | state);
    }

    private boolean stacked(int node) {
        return (column(node) & STACKED) != 0;
    }

    private int column(int node) {
        return nodes.get(node, NodeTable.LIRS_STATE);
    }

    private void setColumn(int node, int value) {
        nodes.set(node, NodeTable.LIRS_STATE, value);
    }

    private void pushOnStack(int node) {
        if (stacked(node)) {
            stack.moveToFront(node);
        } else {
            setColumn(node, column(node) | STACKED);
            stack.addFirst(node, 0);
        }
    }

    private void unstack(int node) {
        if (stacked(node)) {
            setColumn(node, column(node) & ~STACKED);
            stack.remove(node, 0);
        }
    }

    @Override
    public boolean holds(int node) {
        return nodes.needs(node, held);
    }

    @Override
    public void forget(int node) {
        if (!nodes.needs(node, held | remembered)) {
            return;
        }
        int bytes = nodes.bytes(node);
        switch (state(node)) {
            case LIR -> lirBytes -= bytes;
            case HIR -> queue.remove(node, bytes);
            default -> gone.remove(node, bytes);
        }
        unstack(node);
        setState(node, ABSENT);
        nodes.release(node, held | remembered);
        prune();
    }

    @Override
    public void resize(int node, int deltaBytes) {
        switch (state(node)) {
            case LIR -> lirBytes += deltaBytes;
            case HIR -> queue.resize(deltaBytes);
            case GONE -> gone.resize(deltaBytes);
            default -> {
                // not known here
            }
        }
    }

    @Override
    public void setCapacity(long bytes) {
        capacity = bytes;
        lirMax = Math.max(0, bytes - Math.max(1, bytes * QUEUE_PERCENT / 100));
        while (heldBytes() > capacity) {
            evict();
        }
        while (lirBytes > lirMax) {
            demoteLast();
        }
    }
}
