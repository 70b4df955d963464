// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A query made ready for scanning, and the scratch space of the one thread that searches with it. Preparing and scanning
 * allocate nothing, unless a dimension comes that is larger than any before.
 *
 * <p>Distances are those of {@link Metric}. Under {@link Metric#COSINE} the query is normalised here, scan pages must
 * hold normalised vectors, and raw pages hold the originals. Sums that overflow a float are computed again in double
 * and clamped to the largest float: a distance is never NaN or infinite.
 */
public final class PreparedQuery {
    /** Rows scored before they are offered: small enough for the scores to stay in the first-level cache. */
    static final int BLOCK_ROWS = 64;

    /** Room for the scores of a block, and beyond them for what kernels store along with the last. */
    static final int BLOCK_SCORES = BLOCK_ROWS + 16;

    private final Float32Kernels exact;
    private final Float32Scorer float32;
    private final RowScorer[] scorers = new RowScorer[Code.values().length];
    private final boolean[] prepared = new boolean[scorers.length];
    private final QueryVector query;
    private final float[] scores = new float[BLOCK_SCORES];

    /** Scratch for up to {@code dimension} dimensions; larger queries make it grow. */
    public PreparedQuery(VectorKernels kernels, int dimension) {
        exact = kernels.float32();
        float32 = new Float32Scorer(exact);
        scorers[Code.FLOAT32.ordinal()] = float32;
        scorers[Code.INT8.ordinal()] = new Int8Scorer(kernels.int8());
        scorers[Code.RABITQ.ordinal()] = new RelativeScorer(Code.RABITQ, kernels);
        scorers[Code.PQ.ordinal()] = new RelativeScorer(Code.PQ, kernels);
        scorers[Code.FLOAT16.ordinal()] = new Float16Scorer(kernels.float16());
        scorers[Code.BINARY.ordinal()] = new BinaryScorer(kernels.binary());
        query = new QueryVector(dimension);
    }

    /** Makes a query ready: {@code dimension} finite floats. */
    public void prepare(float[] vector, int dimension, Metric metric) {
        float[] values = begin(dimension, metric);
        System.arraycopy(vector, 0, values, 0, dimension);
        query.finish();
    }

    /** Makes a query ready: {@code dimension} finite little-endian floats from {@code offset} on. */
    public void prepare(byte[] vector, int offset, int dimension, Metric metric) {
        float[] values = begin(dimension, metric);
        for (int i = 0; i < dimension; i++) {
            values[i] = LittleEndian.getFloat(vector, offset + i * Float.BYTES);
        }
        query.finish();
    }

    /** Makes a query ready: {@code dimension} finite little-endian floats from the buffer's position on, which stays. */
    public void prepare(ByteBuffer vector, int dimension, Metric metric) {
        float[] values = begin(dimension, metric);
        boolean swap = vector.order() != ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < dimension; i++) {
            int bits = vector.getInt(vector.position() + i * Float.BYTES);
            values[i] = Float.intBitsToFloat(swap ? Integer.reverseBytes(bits) : bits);
        }
        query.finish();
    }

    /**
     * Scores every row of a scan page and offers those that beat the threshold and that {@code live} accepts.
     *
     * @param tag handed on to {@link TopK#offer}
     * @return rows scored
     */
    public int scan(VectorPage page, int tag, RowFilter live, TopK top) {
        return scan(page, 0, tag, live, top);
    }

    /** Scans only the rows from this one on. */
    int scan(VectorPage page, int from, int tag, RowFilter live, TopK top) {
        checkPage(page, PageKind.SCAN);
        RowScorer scorer = scorer(page.code());
        int rows = page.count();
        for (int first = from; first < rows; first += BLOCK_ROWS) {
            int block = Math.min(BLOCK_ROWS, rows - first);
            scorer.score(page, first, block, scores);
            offer(page, first, block, tag, live, top);
        }
        return rows - from;
    }

    /**
     * Scores every row of a scan page of a relative code and offers the lower bounds of those that beat the threshold and
     * that {@code live} accepts.
     *
     * @param centroidDistance distance of the page's centroid, as {@link #centroidDistances} gave it
     * @param tag handed on to {@link Candidates#offer}
     * @return rows scored
     */
    public int scan(VectorPage page, float centroidDistance, int tag, RowFilter live, Candidates candidates) {
        checkPage(page, PageKind.SCAN);
        RowScorer scorer = scorer(page.code());
        scorer.page(centroidDistance, candidates.errors());
        int rows = page.count();
        for (int first = 0; first < rows; first += BLOCK_ROWS) {
            int block = Math.min(BLOCK_ROWS, rows - first);
            scorer.score(page, first, block, scores);
            float threshold = candidates.threshold();
            for (int i = 0; i < block; i++) {
                if (scores[i] <= threshold && live.accepts(page.row(first + i))) {
                    candidates.offer(scores[i], scorer.margin(page, first + i), page.row(first + i), tag);
                    threshold = candidates.threshold();
                }
            }
        }
        return rows;
    }

    /**
     * Writes the distance of every row of a scan page as its code tells it.
     *
     * @param centroidDistance distance of the page's centroid, as {@link #centroidDistances} gave it
     * @param out receives one distance per row
     */
    public void estimate(VectorPage page, float centroidDistance, float[] out) {
        checkPage(page, PageKind.SCAN);
        RowScorer scorer = scorer(page.code());
        scorer.page(centroidDistance, 0);
        for (int first = 0; first < page.count(); first += BLOCK_ROWS) {
            int block = Math.min(BLOCK_ROWS, page.count() - first);
            scorer.score(page, first, block, scores);
            System.arraycopy(scores, 0, out, first, block);
        }
    }

    /** The exact distance of row {@code index} of a raw page. */
    public float exactDistance(VectorPage raw, int index) {
        checkPage(raw, PageKind.RAW);
        Objects.checkIndex(index, raw.count());
        byte[] bytes = raw.bytes();
        int at = raw.codeOffset(index);
        float[] values = query.values();
        int dimension = query.dimension();
        return switch (query.metric()) {
            case L2, HAMMING -> Distances.finiteSquaredL2(exact.squaredL2(bytes, at, values, dimension));
            case INNER_PRODUCT -> -Distances.finiteDot(exact.dot(bytes, at, values, dimension), bytes, at, query);
            case COSINE -> {
                float norm = raw.factor(index, Code.NORM);
                float dot = Distances.finiteDot(exact.dot(bytes, at, values, dimension), bytes, at, query);
                yield norm == 0 ? 1 : 1 - dot / norm;
            }
        };
    }

    /**
     * Distances to centroids: negative inner product under that metric, squared L2 otherwise.
     *
     * @param centroids little-endian float32 rows, {@code 4 * dimension} bytes apart, followed by
     *     {@link VectorKernels#SLACK_BYTES} bytes
     * @param out receives one distance per centroid
     */
    public void centroidDistances(byte[] centroids, int count, float[] out) {
        scorer(Code.FLOAT32);
        if (query.metric() == Metric.INNER_PRODUCT) {
            float32.negativeDots(centroids, 0, count, 0, out);
        } else {
            float32.squaredL2s(centroids, 0, count, out);
        }
    }

    /** The public score of a distance: larger is nearer. */
    public float score(float distance) {
        return query.metric().score(distance);
    }

    public Metric metric() {
        return query.metric();
    }

    public int dimension() {
        return query.dimension();
    }

    private float[] begin(int dimension, Metric metric) {
        Arrays.fill(prepared, false);
        return query.begin(dimension, metric);
    }

    /** The scorer of a code; what it makes of the query is made when the first page of the code comes. */
    private RowScorer scorer(Code code) {
        int i = code.ordinal();
        if (!prepared[i]) {
            scorers[i].prepare(query);
            prepared[i] = true;
        }
        return scorers[i];
    }

    private void offer(VectorPage page, int first, int rows, int tag, RowFilter live, TopK top) {
        float threshold = top.threshold();
        for (int i = 0; i < rows; i++) {
            if (scores[i] <= threshold && live.accepts(page.row(first + i))) {
                top.offer(scores[i], page.row(first + i), tag);
                threshold = top.threshold();
            }
        }
    }

    QueryVector vector() {
        return query;
    }

    void checkPage(VectorPage page, PageKind kind) {
        if (page.kind() != kind || page.dimension() != query.dimension()) {
            throw new IllegalArgumentException("page is " + page.kind() + " with dimension " + page.dimension()
                    + "; expected " + kind + " with the query's dimension " + query.dimension());
        }
    }
}
