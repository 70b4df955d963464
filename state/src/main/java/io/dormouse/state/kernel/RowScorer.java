// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.VectorPage;

/** Scores the rows of scan pages of one code. Belongs to one {@link PreparedQuery} and keeps what its code makes of the query. */
interface RowScorer {
    /** Makes ready for a query that no page of this code was scored with yet; the vector stays as it is until the next. */
    void prepare(QueryVector query);

    /** Writes the distance of row {@code first + i} to {@code out[i]}, for i below {@code rows}; never NaN or infinite. */
    void score(VectorPage page, int first, int rows, float[] out);
}
