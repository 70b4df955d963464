// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

/** CLOCK (second chance, Corbato 1968) over objects in a ring: what the hot tier had before, for its cost. */
final class ClockCache implements TraceCache {
    private final int capacity;
    private final Block[] blocks;
    private Block hand;
    private int size;

    ClockCache(int capacity, int keys) {
        this.capacity = capacity;
        this.blocks = new Block[keys];
    }

    private static final class Block {
        final int key;
        boolean referenced;
        Block previous;
        Block next;

        Block(int key) {
            this.key = key;
        }
    }

    @Override
    public boolean access(int key) {
        Block block = blocks[key];
        if (block != null) {
            block.referenced = true;
            return true;
        }
        add(new Block(key));
        while (size > capacity) {
            turn();
        }
        return false;
    }

    private void add(Block block) {
        blocks[block.key] = block;
        size++;
        if (hand == null) {
            block.previous = block;
            block.next = block;
            hand = block;
        } else {
            block.next = hand;
            block.previous = hand.previous;
            hand.previous.next = block;
            hand.previous = block;
        }
    }

    private void turn() {
        Block block = hand;
        hand = block.next;
        if (block.referenced) {
            block.referenced = false;
            return;
        }
        block.previous.next = block.next;
        block.next.previous = block.previous;
        blocks[block.key] = null;
        size--;
    }
}
