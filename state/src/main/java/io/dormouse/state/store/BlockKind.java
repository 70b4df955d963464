// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

/** What a stored block holds; the ids are part of the stored format. */
public enum BlockKind {
    /** Settings and counters of a shard; written before small blocks lay with them, and still read. */
    HEAD(1),
    /** What is known of one page without reading it; written before the directory had cells, and still read. */
    DESCRIPTOR(2),
    /** A scan page (sequence 0) or rows appended to it since (sequence 1 and up). */
    SCAN(3),
    /** A raw page (sequence 0) or rows appended to it since (sequence 1 and up). */
    RAW(4),
    /** Rows taken out of a scan page since it was stored; stands among its deltas. */
    REMOVED(9),
    /** Which rows are alive, 32,768 to a block. */
    LIVE(5),
    /** One item: id, version, payload, metadata. */
    ITEM(6),
    /** The centroid of one page; written before the directory had cells, and still read. */
    CENTROID(8),
    /** The cells of a shard's directory and their centroids, in chunks. */
    ROOT(10),
    /** What is known of the pages of one cell without reading them. */
    CELL(11),
    /** The centroids of the pages of one cell, in chunks. */
    CENTROIDS(12),
    /** What maintenance of the shard is outstanding. */
    UPKEEP(14),
    /** Where a raw page lies in object storage; takes the place of the page. */
    COLD(15),
    /** Segments of one key group and how much of them is in use. */
    SEGMENTS(16),
    /** Which raw pages of a shard are cold. */
    TIERS(17),
    /** How much the shards of one key group hold in the warm tier. */
    WARM(18),
    /** Segments of one operator instance, for the sweep; kept in operator list state. */
    SEGMENT_NAMES(19),
    /** What sampled queries taught about probing. */
    PROBES(20),
    /** As HEAD_BUNDLE, from before heads counted bytes; still read. */
    UNCOUNTED_BUNDLE(24),
    /** The head of a shard and the small blocks that lie beside it; takes the place of the head. */
    HEAD_BUNDLE(25),
    /** Where an id's current row is; kept in the id index, not among the numbered blocks. */
    INDEX(7);

    private final byte id;

    BlockKind(int id) {
        this.id = (byte) id;
    }

    /** The stored id. */
    public byte id() {
        return id;
    }
}
