// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.kernel.BatchScan;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.RowFilter;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.VectorPage;

/** Queries that scan the same page at once. Scratch of one thread; allocates nothing. */
final class SharedScan {
    private final BatchScan batch;
    private final QueryRun[] runs = new QueryRun[PageVisits.RUNS_MAX];
    private final PreparedQuery[] queries = new PreparedQuery[PageVisits.RUNS_MAX];
    private final TopK[] tops = new TopK[PageVisits.RUNS_MAX];
    private int count;

    SharedScan(VectorKernels kernels) {
        batch = new BatchScan(kernels);
    }

    void reset() {
        count = 0;
    }

    /** A query joins. */
    void add(QueryRun run) {
        runs[count] = run;
        queries[count] = run.query;
        tops[count] = run.candidates;
        count++;
    }

    /** Queries that have joined. */
    int count() {
        return count;
    }

    QueryRun run(int i) {
        return runs[i];
    }

    /** Scans a page, which is of a code that {@link BatchScan} supports, for all of them; returns its rows. */
    int scan(VectorPage page, int tag, RowFilter live) {
        return batch.scan(page, queries, count, tag, live, tops);
    }
}
