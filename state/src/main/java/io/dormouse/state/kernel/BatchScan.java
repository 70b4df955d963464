// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Objects;

/**
 * Scores a page for several queries at once, as when queries wait in a queue: what is loaded of a float32 row serves four of
 * them. Pages of other codes are scanned for one query after the other, where the page at least stays in the cache.
 * Distances are those of {@link PreparedQuery} within the tolerance of {@link Float32Kernels}; those of other codes are the
 * same. Belongs to one thread; allocates nothing.
 */
public final class BatchScan {
    private static final int QUERIES = BatchKernels.QUERIES;
    private static final int BLOCK_ROWS = PreparedQuery.BLOCK_ROWS;

    private final BatchKernels kernels;
    private final float[] scores = new float[QUERIES * BLOCK_ROWS];

    public BatchScan(VectorKernels kernels) {
        this.kernels = kernels.batch();
    }

    /**
     * Scores every row of a scan page of an absolute code for each query, and offers what beats the threshold of the query's
     * own top k and is accepted.
     *
     * @param queries prepared with one dimension and metric, the page's
     * @param count how many of them are meant, from the first on
     * @param tag handed on to {@link TopK#offer}
     * @param tops for each query what it found
     * @return rows scored, each for all queries
     */
    public int scan(VectorPage page, PreparedQuery[] queries, int count, int tag, RowFilter live, TopK[] tops) {
        Objects.checkFromIndexSize(0, count, Math.min(queries.length, tops.length));
        boolean several = page.code() == Code.FLOAT32 && page.count() >= BatchKernels.ROWS_MIN;
        int next = 0;
        for (; several && count - next > 1; next += QUERIES) {
            int last = Math.min(count, next + QUERIES) - 1;
            for (int first = 0; first < page.count(); first += BLOCK_ROWS) {
                // A block of too few rows begins earlier and leaves out what was offered before.
                int from = Math.min(first, page.count() - BatchKernels.ROWS_MIN);
                int rows = Math.min(BLOCK_ROWS, page.count() - from);
                score(page, from, rows, queries, next, last);
                for (int q = next; q <= last; q++) {
                    offer(page, from, first - from, rows, queries[q].vector(), q - next, tag, live, tops[q]);
                }
            }
        }
        for (; next < count; next++) {
            queries[next].scan(page, tag, live, tops[next]);
        }
        return page.count();
    }

    /**
     * Distances to centroids for each query, as {@link PreparedQuery#centroidDistances} gives them.
     *
     * @param queries prepared with one dimension and metric
     * @param out for each query room for one distance per centroid
     */
    public void centroidDistances(byte[] centroids, int rows, PreparedQuery[] queries, int count, float[][] out) {
        Objects.checkFromIndexSize(0, count, Math.min(queries.length, out.length));
        int next = 0;
        for (; rows >= BatchKernels.ROWS_MIN && count - next > 1; next += QUERIES) {
            int last = Math.min(count, next + QUERIES) - 1;
            QueryVector common = queries[next].vector();
            boolean product = common.metric() == Metric.INNER_PRODUCT;
            int stride = common.dimension() * Float.BYTES;
            for (int first = 0; first < rows; first += BLOCK_ROWS) {
                int from = Math.min(first, rows - BatchKernels.ROWS_MIN);
                int block = Math.min(BLOCK_ROWS, rows - from);
                kernel(centroids, from * stride, block, queries, next, last, product);
                for (int q = next; q <= last; q++) {
                    for (int i = 0; i < block; i++) {
                        out[q][from + i] = distance(
                                scores[QUERIES * i + q - next],
                                centroids,
                                (from + i) * stride,
                                queries[q].vector(),
                                product,
                                0);
                    }
                }
            }
        }
        for (; next < count; next++) {
            queries[next].centroidDistances(centroids, rows, out[next]);
        }
    }

    private void score(VectorPage page, int first, int rows, PreparedQuery[] queries, int next, int last) {
        Metric metric = queries[next].metric();
        for (int q = next; q <= last; q++) {
            queries[q].checkPage(page, PageKind.SCAN);
            if (queries[q].metric() != metric) {
                throw new IllegalArgumentException("queries of " + metric + " and " + queries[q].metric()
                        + " were asked for at once; expected one metric");
            }
        }
        kernel(page.bytes(), page.codeOffset(first), rows, queries, next, last, !metric.squared());
    }

    /** Scores rows for queries next to last; one of them stands in for those that four lack. */
    private void kernel(
            byte[] rows, int offset, int count, PreparedQuery[] queries, int next, int last, boolean product) {
        float[] q0 = queries[next].vector().values();
        float[] q1 = queries[next + 1].vector().values();
        float[] q2 = queries[Math.min(next + 2, last)].vector().values();
        float[] q3 = queries[Math.min(next + 3, last)].vector().values();
        int dimension = queries[next].dimension();
        int stride = dimension * Float.BYTES;
        if (product) {
            kernels.dots(rows, offset, stride, count, q0, q1, q2, q3, dimension, scores);
        } else {
            kernels.squaredL2s(rows, offset, stride, count, q0, q1, q2, q3, dimension, scores);
        }
    }

    private void offer(
            VectorPage page,
            int first,
            int skip,
            int rows,
            QueryVector query,
            int lane,
            int tag,
            RowFilter live,
            TopK top) {
        boolean product = !query.metric().squared();
        float base = query.metric() == Metric.COSINE ? 1 : 0;
        float threshold = top.threshold();
        for (int i = skip; i < rows; i++) {
            int at = page.codeOffset(first + i);
            float distance = distance(scores[QUERIES * i + lane], page.bytes(), at, query, product, base);
            if (distance <= threshold && live.accepts(page.row(first + i))) {
                top.offer(distance, page.row(first + i), tag);
                threshold = top.threshold();
            }
        }
    }

    private static float distance(float score, byte[] rows, int at, QueryVector query, boolean product, float base) {
        return product ? base - Distances.finiteDot(score, rows, at, query) : Distances.finiteSquaredL2(score);
    }
}
