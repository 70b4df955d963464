// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdRange;
import java.util.List;

/**
 * What one shard found, and what it cost.
 *
 * @param hits best first
 * @param pagesHot scan pages that were in heap
 * @param pagesWarm scan pages that were read from the store below
 * @param rowsScored rows whose code was scored
 * @param rowsReranked rows scored again with their exact vector
 * @param rowsStored items alive in the shard
 * @param damagedPages pages and items that could not be used because their bytes are damaged: the answer is partial
 * @param needs ranges in object storage that it lacked: rows keep their approximate distances and items lack payloads
 *     and vectors; asked again when they have been fetched, the answer is complete
 */
public record SearchAnswer(
        List<Hit> hits,
        int pagesHot,
        int pagesWarm,
        int rowsScored,
        int rowsReranked,
        long rowsStored,
        int damagedPages,
        List<ColdRange> needs) {

    /** The answer of a shard that holds nothing. */
    public static final SearchAnswer EMPTY = new SearchAnswer(List.of(), 0, 0, 0, 0, 0, 0, List.of());

    /**
     * One item found.
     *
     * @param item what is remembered of it
     * @param score larger is nearer
     * @param hot whether its scan page was in heap when the query came
     * @param vector its exact vector, little-endian float32, or null when not asked for
     */
    public record Hit(Item item, float score, boolean hot, byte[] vector) {}
}
