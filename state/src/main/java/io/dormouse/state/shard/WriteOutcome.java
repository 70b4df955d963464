// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/** What became of an upsert or delete. */
public enum WriteOutcome {
    /** The memory changed. */
    APPLIED,
    /** A repeat or an older version: the memory already holds this write or a later one. */
    SUPERSEDED,
    /** A delete of an id that is not there. */
    NOT_FOUND,
    /** The vector has another dimension than the namespace. */
    WRONG_DIMENSION,
    /** The zero vector has no direction, so a cosine namespace cannot hold it. */
    ZERO_VECTOR,
    /** The namespace has as many items as it may. */
    ITEMS_LIMIT,
    /** The namespace would have more bytes than it may. */
    BYTES_LIMIT,
    /** The namespace was sent more records in a second than it may be. */
    RATE_LIMIT,
    /** The namespace needs a larger profile or larger pages than this memory has. */
    UNSUPPORTED
}
