// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongHashSet;
import io.dormouse.state.index.RankedPages;
import io.dormouse.state.kernel.Candidates;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.RowFilter;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.VectorPage;

/**
 * Working memory of the one query that is being run again; apart from that of searches, which come between its steps. What
 * it keeps for the rerank is generous, as for a recall target of 1.
 */
final class RerunScratch {
    private static final float BOUND_ERRORS = 5;

    final PreparedQuery query;
    final RankedPages ranked = new RankedPages();
    /** Rows by exact distance, twice as many as were asked for; the tag is the rank of their page. */
    final TopK exact = new TopK(128);
    /** Numbers of the pages scanned. */
    final LongHashSet scannedPages = new LongHashSet();
    /** Rows offered to {@link #exact}. */
    final LongHashSet offered = new LongHashSet();

    private final TopK byDistance = new TopK(128);
    private final Candidates byBound = new Candidates();
    private boolean bounds;
    private int most;
    private int taken;

    RerunScratch(VectorKernels kernels) {
        query = new PreparedQuery(kernels, 64);
    }

    /** Empties everything but the query. */
    void begin(int k, boolean bounds) {
        this.bounds = bounds;
        most = bounds ? 100 * k + 1_000 : 4 * k + 64;
        taken = 0;
        byDistance.reset(most);
        if (bounds) {
            byBound.reset(2 * k, most, BOUND_ERRORS);
        }
        exact.reset(2 * k);
        scannedPages.clear();
        offered.clear();
    }

    void scan(VectorPage page, int rank, RowFilter alive) {
        if (bounds) {
            query.scan(page, ranked.distance(rank), rank, alive, byBound);
        } else {
            query.scan(page, rank, alive, byDistance);
        }
    }

    /** All pages have been scanned: from now on rows are taken. */
    void order() {
        if (bounds) {
            byBound.order();
        } else {
            byDistance.sort();
        }
    }

    /** Whether there is a row left to score exactly. */
    boolean hasNext() {
        return bounds
                ? byBound.size() > 0 && taken < most && byBound.bound() <= exact.threshold()
                : taken < byDistance.size();
    }

    long nextRow() {
        return bounds ? byBound.row() : byDistance.row(taken);
    }

    /** Notes the exact distance of the next row and goes on to the one after it. */
    void take(float exactDistance) {
        long row = nextRow();
        if (offered.add(row)) {
            exact.offer(exactDistance, row, bounds ? byBound.tag() : byDistance.tag(taken));
        }
        if (bounds) {
            byBound.take();
        }
        taken++;
    }
}
