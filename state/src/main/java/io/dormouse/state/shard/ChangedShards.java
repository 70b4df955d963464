// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The awake shards of which something beside pages is not stored yet, longest changed first. They are written behind as
 * pages are, so that a checkpoint finds few of them however many are awake.
 */
final class ChangedShards {
    /** Shards from which on the oldest is written behind; storing one takes about 20 microseconds. */
    private static final int WAITING_MAX = 128;

    private final Set<ShardMemory> waiting = new LinkedHashSet<>();

    void add(ShardMemory shard) {
        waiting.add(shard);
    }

    void remove(ShardMemory shard) {
        waiting.remove(shard);
    }

    /** Whether more wait than should. */
    boolean overLimit() {
        return waiting.size() > WAITING_MAX;
    }

    /** Whether so many wait that they are stored at once, without a step of their own. */
    boolean overHardLimit() {
        return waiting.size() > 2 * WAITING_MAX;
    }

    /** Stores the one that has waited longest. */
    void storeOldest() {
        Iterator<ShardMemory> oldest = waiting.iterator();
        if (oldest.hasNext()) {
            oldest.next().storeBehind();
        }
    }

    /** Stores what changed in all of them; their pages must have been written back. */
    void flush() {
        while (!waiting.isEmpty()) {
            waiting.iterator().next().flush();
        }
    }
}
