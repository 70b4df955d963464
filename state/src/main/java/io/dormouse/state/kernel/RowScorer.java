// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores the rows of scan pages of one code. Belongs to one {@link PreparedQuery} and keeps what its code makes of the query. */
interface RowScorer {
    /** Makes ready for a query that no page of this code was scored with yet; the vector stays as it is until the next. */
    void prepare(QueryVector query);

    /**
     * Makes ready for the rows of a page whose centroid lies so far from the query. Only relative codes care.
     *
     * @param errors standard errors by which bounds are below estimates
     */
    default void page(float centroidDistance, float errors) {}

    /**
     * Writes the distance of row {@code first + i} to {@code out[i]}, for i below {@code rows}; never NaN or infinite. With
     * a relative code it is a lower bound of the distance, and the estimate lies {@link #margin} above it.
     */
    void score(VectorPage page, int first, int rows, float[] out);

    /** How far the estimate of a row's distance lies above the lower bound that {@link #score} gave; 0 when it gave the estimate. */
    default float margin(VectorPage page, int row) {
        return 0;
    }
}
