// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.Objects;

/**
 * Names one shard: the unit of keying, hence of ordering, ownership and rescaling.
 *
 * @param namespace the namespace the shard belongs to
 * @param partition which of the namespace's partitions, from 0; a namespace has one unless it was created with more
 */
public record ShardKey(String namespace, int partition) {
    public ShardKey {
        Objects.requireNonNull(namespace, "namespace");
        if (partition < 0) {
            throw new IllegalArgumentException("partition " + partition + " of '" + namespace + "' is negative");
        }
    }

    /** The partition that holds an item: every upsert and delete of an id goes there. */
    public static int partitionOf(String id, int partitions) {
        if (partitions == 1) {
            return 0;
        }
        int h = id.hashCode() * 0x9E3779B9;
        return Math.floorMod(h ^ (h >>> 15), partitions);
    }

    @Override
    public int hashCode() {
        return namespace.hashCode() * 31 + partition;
    }

    @Override
    public String toString() {
        return namespace + "/" + partition;
    }
}
