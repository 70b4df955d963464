// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.List;

/**
 * Says which block leaves the hot tier: whatever the best of three policies would not have kept.
 *
 * <p>No policy is best everywhere. LRU is unbeaten while recency rules, and keeps nothing of a loop that is a little larger
 * than the cache; LIRS keeps most of such a loop; S3-FIFO is best where most blocks are used once. So all three are played
 * out as {@link Shadow}s: over fingerprints, without contents, each with the whole capacity. Every access is worth its
 * {@linkplain NodeTable#weight weight} to each shadow that holds the block; the sums forget with a half-life of some cache
 * turnovers. The shadow that <em>leads</em> decides: a block that it does not hold is an <em>orphan</em>, and orphans are
 * evicted, those first that it let go first. When another shadow has gained more, by more than chance explains, it takes
 * the lead. The contents follow by and by, so a change of the lead costs nothing (Subramanian, Smaragdakis and Loh,
 * Adaptive caches, MICRO 2006, choose a victim in this way for processor caches).
 *
 * <p>LRU leads at first. So the cache is never much below LRU, and exactly LRU where no other does better. S3-FIFO is
 * corrected by value; LRU and LIRS are plain, and one of them leads when the correction does worse than they do.
 *
 * <p>Sizes are in bytes, or in any unit that all sizes share. A pinned block takes no part: no shadow holds it and it is
 * never a victim; the caller takes its size off the capacity. Each access costs three moves in linked lists over
 * primitive arrays. Some 100 bytes are held per block in the cache or in a shadow's memory.
 */
public final class EvictionPolicy implements Shadow.Listener {
    /** No node: there is nothing to evict. */
    public static final int NONE = NodeQueue.NONE;

    private static final int HELD_BY_LRU = 1;
    private static final int HELD_BY_S3_FIFO = 2;
    private static final int HELD_BY_LIRS = 4;
    private static final int REMEMBERED_BY_S3_FIFO = 8;
    private static final int REMEMBERED_BY_LIRS = 16;
    private static final int RESIDENT = 32;

    /** Where a resident block is; at most one of these is set. */
    private static final int KEPT = 64;

    private static final int ORPHAN = 128;
    private static final int PINNED = 256;

    private final NodeTable nodes = new NodeTable();
    private final LruShadow lru = new LruShadow(nodes, HELD_BY_LRU, this);
    private final S3FifoShadow s3Fifo = new S3FifoShadow(nodes, HELD_BY_S3_FIFO, REMEMBERED_BY_S3_FIFO, this);
    private final LirsShadow lirs = new LirsShadow(nodes, HELD_BY_LIRS, REMEMBERED_BY_LIRS, this);
    private final Shadow[] shadows = {lru, s3Fifo, lirs};
    private final Gains gains = new Gains(shadows.length);
    private final NodeQueue kept = new NodeQueue(nodes, NodeTable.CACHE_LINKS);
    private final NodeQueue orphans = new NodeQueue(nodes, NodeTable.CACHE_LINKS);
    private Shadow lead = lru;
    private long capacity;

    /** @param capacity of each shadow: what the caller holds when nothing is to be evicted */
    public EvictionPolicy(long capacity) {
        setCapacity(capacity);
    }

    /**
     * A block enters the cache.
     *
     * @param fingerprint 64 bits that tell it from other blocks, the same when it returns
     * @param bytes at least 1
     * @param weight what a miss costs, 1 for an ordinary block
     * @return its node, good until {@link #evicted} or {@link #remove}
     */
    public int admit(long fingerprint, int bytes, float weight) {
        int node = nodes.find(fingerprint);
        if (node == NONE || nodes.needs(node, RESIDENT)) {
            node = nodes.create(fingerprint);
            nodes.setBytes(node, bytes);
        }
        nodes.need(node, RESIDENT);
        nodes.setWeight(node, weight);
        resizeKnown(node, bytes);
        put(node, KEPT);
        gains.setTurnover(kept.size() + orphans.size());
        use(node);
        return node;
    }

    /** A block in the cache is used. */
    public void touch(int node) {
        if (!nodes.needs(node, PINNED)) {
            use(node);
        }
    }

    private void use(int node) {
        float weight = nodes.weight(node);
        gains.age();
        if (lru.access(node)) {
            gains.add(0, weight);
        }
        if (s3Fifo.access(node)) {
            gains.add(1, weight);
        }
        if (lirs.access(node)) {
            gains.add(2, weight);
        }
        if (nodes.needs(node, ORPHAN) && lead.holds(node)) {
            take(node);
            put(node, KEPT);
        }
    }

    /** A block in the cache has another size now. */
    public void resize(int node, int bytes) {
        if (nodes.needs(node, PINNED)) {
            nodes.setBytes(node, bytes);
        } else {
            queue(node).resize((long) bytes - nodes.bytes(node));
            resizeKnown(node, bytes);
        }
    }

    private void resizeKnown(int node, int bytes) {
        int delta = bytes - nodes.bytes(node);
        if (delta != 0) {
            for (Shadow shadow : shadows) {
                shadow.resize(node, delta);
            }
            nodes.setBytes(node, bytes);
        }
    }

    /** A miss of a block in the cache costs this from now on. */
    public void setWeight(int node, float weight) {
        nodes.setWeight(node, weight);
    }

    /** From now on the block is no victim, or can be one again. */
    public void setPinned(int node, boolean pinned) {
        if (pinned && !nodes.needs(node, PINNED)) {
            take(node);
            nodes.need(node, PINNED);
            forget(node);
        } else if (!pinned && nodes.needs(node, PINNED)) {
            nodes.release(node, PINNED);
            put(node, KEPT);
            use(node);
        }
    }

    /** The block to evict next; {@link #NONE} when all are pinned or there are none. The caller evicts it or not. */
    public int victim() {
        Shadow leader = shadows[gains.leader()];
        if (leader != lead) {
            lead = leader;
            sortOut();
        }
        if (orphans.isEmpty()) {
            lead.setCapacity(capacity); // blocks may have grown since it last made room
        }
        return orphans.isEmpty() ? kept.last() : orphans.last();
    }

    /** The block left the cache; the shadows may remember it. */
    public void evicted(int node) {
        if (!nodes.needs(node, PINNED)) {
            take(node);
        }
        gains.setTurnover(kept.size() + orphans.size());
        nodes.release(node, RESIDENT | PINNED);
    }

    /** The block left the cache and will not return. */
    public void remove(int node) {
        forget(node);
        evicted(node);
    }

    /** What the shadows hold at most. */
    public void setCapacity(long bytes) {
        capacity = Math.max(0, bytes);
        for (Shadow shadow : shadows) {
            shadow.setCapacity(capacity);
        }
    }

    /** Nodes up to which callers need room in arrays of their own. */
    public int room() {
        return nodes.room();
    }

    /** Blocks in the cache or remembered. */
    public int known() {
        return nodes.size();
    }

    /** How often the lead has changed. */
    public long leadChanges() {
        return gains.changes();
    }

    /** The policy that leads, for its gauge: 0 LRU, 1 S3-FIFO corrected by value, 2 LIRS. */
    public int leading() {
        return List.of(shadows).indexOf(lead);
    }

    /** Whether the policy that leads would have kept the block; for tests. */
    boolean leadHolds(int node) {
        return lead.holds(node);
    }

    @Override
    public void dropped(Shadow shadow, int node) {
        if (shadow == lead && nodes.needs(node, KEPT)) {
            take(node);
            put(node, ORPHAN);
        }
    }

    /** Divides what is in the cache anew, the block that came first at the end. */
    private void sortOut() {
        while (!orphans.isEmpty()) {
            int node = orphans.first();
            take(node);
            put(node, KEPT);
        }
        int next;
        for (int node = kept.first(); node != NONE; node = next) {
            next = kept.next(node);
            if (!lead.holds(node)) {
                take(node);
                put(node, ORPHAN);
            }
        }
    }

    private void forget(int node) {
        for (Shadow shadow : shadows) {
            shadow.forget(node);
        }
    }

    private void put(int node, int place) {
        nodes.need(node, place);
        queue(node).addFirst(node, nodes.bytes(node));
    }

    private void take(int node) {
        queue(node).remove(node, nodes.bytes(node));
        nodes.release(node, KEPT | ORPHAN);
    }

    private NodeQueue queue(int node) {
        return nodes.needs(node, KEPT) ? kept : orphans;
    }
}
