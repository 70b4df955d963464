// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache.policy;

import java.util.Arrays;

/**
 * Blocks that are in the cache, or that some shadow remembers, as numbered nodes: fingerprint, size, weight, and who still
 * needs the node. A node that nobody needs is used again.
 */
final class NodeTable {
    private static final int FIRST_NODES = 64;

    private long[] fingerprints = new long[FIRST_NODES];
    private int[] bytes = new int[FIRST_NODES];
    private float[] weights = new float[FIRST_NODES];
    private byte[] needs = new byte[FIRST_NODES];

    /** Open addressing with linear probing; node + 1, or 0. Twice to four times as many slots as nodes. */
    private int[] slots = new int[4 * FIRST_NODES];

    private int[] free = new int[FIRST_NODES];
    private int freeCount;
    private int used;

    /** How many nodes there is room for. */
    int room() {
        return bytes.length;
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
        if (freeCount == 0 && used == bytes.length) {
            grow();
        }
        int node = freeCount > 0 ? free[--freeCount] : used++;
        fingerprints[node] = fingerprint;
        needs[node] = 0;
        insert(node);
        return node;
    }

    int bytes(int node) {
        return bytes[node];
    }

    void setBytes(int node, int nodeBytes) {
        bytes[node] = nodeBytes;
    }

    /** What a miss costs, 1 for an ordinary block. */
    float weight(int node) {
        return weights[node];
    }

    void setWeight(int node, float weight) {
        weights[node] = weight;
    }

    boolean needs(int node, int who) {
        return (needs[node] & who) != 0;
    }

    void need(int node, int who) {
        needs[node] |= (byte) who;
    }

    /** Someone needs the node no longer; the last one frees it. */
    void release(int node, int who) {
        if (needs[node] == 0) {
            return;
        }
        needs[node] &= (byte) ~who;
        if (needs[node] == 0) {
            delete(node);
            free[freeCount++] = node;
        }
    }

    private void grow() {
        int nodes = 2 * bytes.length;
        fingerprints = Arrays.copyOf(fingerprints, nodes);
        bytes = Arrays.copyOf(bytes, nodes);
        weights = Arrays.copyOf(weights, nodes);
        needs = Arrays.copyOf(needs, nodes);
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
