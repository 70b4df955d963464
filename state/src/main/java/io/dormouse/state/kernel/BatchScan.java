// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Objects;

/**
 * Scores a page of float32 rows for several queries at once, as when queries wait in a queue: what is loaded of a row
 * serves four of them. Each query finds exactly what {@link PreparedQuery#scan} finds, distances to the last bit: rows are
 * taken eight at a time in both, with one sum for each, and those left over are scored by each query alone. So are queries
 * that lack others to make four: on short rows two or three of them gain nothing. Belongs to one thread; allocates nothing.
 */
public final class BatchScan {
    private static final int QUERIES = BatchKernels.QUERIES;
    private static final int BLOCK_ROWS = PreparedQuery.BLOCK_ROWS;

    /** Rows that {@link Float32Kernels} score at a time; others have several sums each. */
    private static final int ROWS_AT_A_TIME = 8;

    private final BatchKernels kernels;
    private final float[] scores = new float[QUERIES * BLOCK_ROWS];

    public BatchScan(VectorKernels kernels) {
        this.kernels = kernels.batch();
    }

    /** Whether pages of a code can be scored for several queries at once. */
    public static boolean supports(Code code) {
        return code == Code.FLOAT32;
    }

    /**
     * Scores every row of a scan page of a code that is {@link #supports supported} for each query, and offers what beats
     * the threshold of the query's own top k and is accepted.
     *
     * @param queries prepared with one dimension and metric, the page's
     * @param count how many of them are meant, from the first on
     * @param tag handed on to {@link TopK#offer}
     * @param tops for each query what it found
     * @return rows scored, each for all queries
     */
    public int scan(VectorPage page, PreparedQuery[] queries, int count, int tag, RowFilter live, TopK[] tops) {
        Objects.checkFromIndexSize(0, count, Math.min(queries.length, tops.length));
        if (!supports(page.code())) {
            throw new IllegalArgumentException("page is of " + page.code() + "; expected " + Code.FLOAT32);
        }
        int together = page.count() - page.count() % ROWS_AT_A_TIME;
        int next = 0;
        for (; next <= count - QUERIES; next += QUERIES) {
            checkAlike(page, queries, next);
            for (int first = 0; first < together; first += BLOCK_ROWS) {
                int rows = Math.min(BLOCK_ROWS, together - first);
                score(page, first, rows, queries, next);
                for (int lane = 0; lane < QUERIES; lane++) {
                    offer(page, first, rows, queries[next + lane].vector(), lane, tag, live, tops[next + lane]);
                }
            }
            for (int q = next; q < next + QUERIES; q++) {
                queries[q].scan(page, together, tag, live, tops[q]);
            }
        }
        for (; next < count; next++) {
            queries[next].scan(page, tag, live, tops[next]);
        }
        return page.count();
    }

    private static void checkAlike(VectorPage page, PreparedQuery[] queries, int next) {
        Metric metric = queries[next].metric();
        for (int q = next; q < next + QUERIES; q++) {
            queries[q].checkPage(page, PageKind.SCAN);
            if (queries[q].metric() != metric) {
                throw new IllegalArgumentException("queries of " + metric + " and " + queries[q].metric()
                        + " were asked for at once; expected one metric");
            }
        }
    }

    private void score(VectorPage page, int first, int rows, PreparedQuery[] queries, int next) {
        float[] q0 = queries[next].vector().values();
        float[] q1 = queries[next + 1].vector().values();
        float[] q2 = queries[next + 2].vector().values();
        float[] q3 = queries[next + 3].vector().values();
        int at = page.codeOffset(first);
        if (queries[next].metric().squared()) {
            kernels.squaredL2s(page.bytes(), at, page.stride(), rows, q0, q1, q2, q3, page.dimension(), scores);
        } else {
            kernels.dots(page.bytes(), at, page.stride(), rows, q0, q1, q2, q3, page.dimension(), scores);
        }
    }

    private void offer(
            VectorPage page, int first, int rows, QueryVector query, int lane, int tag, RowFilter live, TopK top) {
        boolean squared = query.metric().squared();
        float base = query.metric() == Metric.COSINE ? 1 : 0;
        float threshold = top.threshold();
        for (int i = 0; i < rows; i++) {
            float score = scores[QUERIES * i + lane];
            float distance = squared
                    ? Distances.finiteSquaredL2(score)
                    : base - Distances.finiteDot(score, page.bytes(), page.codeOffset(first + i), query);
            if (distance <= threshold && live.accepts(page.row(first + i))) {
                top.offer(distance, page.row(first + i), tag);
                threshold = top.threshold();
            }
        }
    }
}
