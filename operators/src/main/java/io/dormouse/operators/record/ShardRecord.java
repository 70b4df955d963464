// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.record;

import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.ShardKey;

/**
 * A validated record on its way to the shard it concerns. The body stays in its Avro wire form until it gets there.
 *
 * @param kind what to do
 * @param shard where
 * @param parts for a query: how many shards are asked
 * @param partition Kafka partition it came from
 * @param offset its offset there
 * @param timestampMillis Kafka's timestamp; for a query the time it arrived in the job
 * @param body the record as Avro
 * @param original the record's value as Kafka had it, when that is not the body; else null
 * @param key the record's Kafka key, or null
 */
public record ShardRecord(
        Kind kind,
        ShardKey shard,
        int parts,
        int partition,
        long offset,
        long timestampMillis,
        byte[] body,
        byte[] original,
        byte[] key) {

    /** What to do with the body; the order is part of the serialized form. */
    public enum Kind {
        /** An IngestRecord to apply. */
        INGEST,
        /** An IngestRecord that another partition applies: drop what is kept here under its id. */
        SUPERSEDE,
        /** A QueryRecord to answer. */
        QUERY,
        /** How far ingest has come: no body. */
        PROGRESS
    }

    /** The value as Kafka had it. */
    public byte[] originalValue() {
        return original == null ? body : original;
    }

    /** The version of a write that carries {@code explicit} (or null) as its own. */
    public ItemVersion version(Long explicit) {
        return new ItemVersion(explicit == null ? ItemVersion.NONE : explicit, partition, offset);
    }
}
