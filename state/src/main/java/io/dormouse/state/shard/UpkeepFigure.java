// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/** A figure of maintenance, summed over the shards of an operator. */
public enum UpkeepFigure {
    /** Pages divided. */
    SPLITS,
    /** Pages merged into others. */
    MERGES,
    /** Rows that went to a nearer page after a split. */
    ROWS_REASSIGNED,
    /** Raw pages freed because their last rows were moved. */
    RAW_PAGES_COMPACTED,
    /** Steps of maintenance. */
    STEPS,
    /** Tasks outstanding in awake shards, pages that wait to be examined included. */
    OUTSTANDING,
    /** Raw pages stored by awake shards; a shard that woke without the number is left out until it has counted them. */
    RAW_PAGES,
    /** Rows that {@link #RAW_PAGES} have room for. */
    RAW_ROWS,
    /** Rows alive in {@link #RAW_PAGES}. */
    LIVE_ROWS
}
