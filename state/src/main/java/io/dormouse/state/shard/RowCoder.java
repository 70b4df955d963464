// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;

/**
 * Puts rows into scan pages, by the kind of code that the pages have. What takes a row's exact vector throws a
 * {@link ColdBlockException}, and has changed nothing, when that must be fetched first.
 */
interface RowCoder {
    /** Adds a row at the end of a page. The vector is normalised under cosine and zero padded as kernels want it. */
    void append(PageBuffer buffer, long row, float[] vector);

    /** Adds row {@code i} of one page at the end of another. */
    void copy(PageBuffer from, int i, PageBuffer to) throws ColdBlockException;

    /** Writes the vector of a row as centroids are compared with it: what its code says, or its exact vector. */
    void vector(PageBuffer buffer, int i, float[] out) throws ColdBlockException;

    /** Makes the codes of all rows anew, after the centroid of the page changed; true when that changed any. */
    boolean recode(PageBuffer buffer) throws ColdBlockException;
}
