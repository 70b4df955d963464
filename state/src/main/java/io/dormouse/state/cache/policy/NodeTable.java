// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.Arrays;

/**
 * Blocks that are in the cache, or that some shadow remembers, as numbered nodes: fingerprint, size, weight, and who still
 * needs the node. A node that nobody needs is used again.
 *
 * <p>All numbers of a node lie together in a row of 64 bytes, so that an access reads one row and those of neighbours in
 * queues. What a column means is its user's business; those for all are named here.
 */
final class NodeTable {
    /** First of two columns for links in {@link LruShadow}. */
    static final int LRU_LINKS = 0;

    /** First of two columns for links in {@link S3FifoShadow}, and two for its states. */
    static final int S3_FIFO_LINKS = 2;

    static final int S3_FIFO_QUEUE = 4;
    static final int S3_FIFO_USES = 5;

    /** First of two columns for links in the stack of {@link LirsShadow}, two for its queue, and one for its state. */
    static final int LIRS_STACK_LINKS = 6;

    static final int LIRS_QUEUE_LINKS = 8;
    static final int LIRS_STATE = 10;

    /** First of two columns for links in {@link EvictionPolicy}. */
    static final int CACHE_LINKS = 11;

    private static final int BYTES = 13;
    private static final int WEIGHT = 14;
    private static final int NEEDS = 15;
    private static final int COLUMN_BITS = 4;
    private static final int FIRST_NODES = 64;

    private long[] fingerprints = new long[FIRST_NODES];
    private int[] rows = new int[FIRST_NODES << COLUMN_BITS];

    /** Open addressing with linear probing; node + 1, or 0. Twice to four times as many slots as nodes. */
    private int[] slots = new int[4 * FIRST_NODES];

    private int[] free = new int[FIRST_NODES];
    private int freeCount;
    private int used;

    /** How many nodes there is room for. */
    int room() {
        return fingerprints.length;
    }

    /** Nodes in use. */
    int size() {
        return used - freeCount;
    }

    /** The node of a fingerprint, or {@link NodeQueue#NONE}. */
    int find(long fingerprint) {
        for (int slot = home(fingerprint); slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if (fingerprints[slots[slot] - 1] == fingerprint) {
                return slots[slot] - 1;
            }
        }
        return NodeQueue.NONE;
    }

    /** A new node that nobody needs yet; its fingerprint must not be in the table. */
    int create(long fingerprint) {
        if (freeCount == 0 && used == fingerprints.length) {
            grow();
        }
        int node = freeCount > 0 ? free[--freeCount] : used++;
        fingerprints[node] = fingerprint;
        Arrays.fill(rows, node << COLUMN_BITS, node + 1 << COLUMN_BITS, 0);
        insert(node);
        return node;
    }

    int get(int node, int column) {
        return rows[(node << COLUMN_BITS) + column];
    }

    void set(int node, int column, int value) {
        rows[(node << COLUMN_BITS) + column] = value;
    }

    int bytes(int node) {
        return get(node, BYTES);
    }

    void setBytes(int node, int bytes) {
        set(node, BYTES, bytes);
    }

    /** What a miss costs, 1 for an ordinary block. */
    float weight(int node) {
        return Float.intBitsToFloat(get(node, WEIGHT));
    }

    void setWeight(int node, float weight) {
        set(node, WEIGHT, Float.floatToRawIntBits(weight));
    }

    /** Whether one of these bits is set. */
    boolean needs(int node, int who) {
        return (get(node, NEEDS) & who) != 0;
    }

    void need(int node, int who) {
        set(node, NEEDS, get(node, NEEDS) | who);
    }

    /** Those bits are cleared; a node that has none left is freed. */
    void release(int node, int who) {
        int before = get(node, NEEDS);
        int after = before & ~who;
        set(node, NEEDS, after);
        if (before != 0 && after == 0) {
            delete(node);
            free[freeCount++] = node;
        }
    }

    private void grow() {
        int nodes = 2 * fingerprints.length;
        fingerprints = Arrays.copyOf(fingerprints, nodes);
        rows = Arrays.copyOf(rows, nodes << COLUMN_BITS);
        free = Arrays.copyOf(free, nodes);
        slots = new int[4 * nodes];
        for (int node = 0; node < used; node++) {
            insert(node);
        }
    }

    private int home(long fingerprint) {
        return (int) (fingerprint * 0x9E3779B97F4A7C15L >>> 32) & slots.length - 1;
    }

    private void insert(int node) {
        int slot = home(fingerprints[node]);
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = node + 1;
    }

    /** Closes the gap, so that every node stays reachable from its home slot. */
    private void delete(int node) {
        int mask = slots.length - 1;
        int gap = home(fingerprints[node]);
        while (slots[gap] != node + 1) {
            gap = gap + 1 & mask;
        }
        for (int slot = gap + 1 & mask; slots[slot] != 0; slot = slot + 1 & mask) {
            int distance = slot - home(fingerprints[slots[slot] - 1]) & mask;
            if (distance >= (slot - gap & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = 0;
    }
}
