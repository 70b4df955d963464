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
    private static final int BLOCK_ROWS = 64;

    private final VectorKernels kernels;
    private final Int8Query int8 = new Int8Query();
    private final float[] scores = new float[BLOCK_ROWS];
    private final int[] int8Scores = new int[BLOCK_ROWS];
    private float[] values;
    private int dimension;
    private Metric metric = Metric.L2;
    private double squaredNorm;

    /** Scratch for up to {@code dimension} dimensions; larger queries make it grow. */
    public PreparedQuery(VectorKernels kernels, int dimension) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        values = new float[padded(dimension)];
    }

    /** Makes a query ready: {@code dimension} finite floats. */
    public void prepare(float[] vector, int dimension, Metric metric) {
        begin(dimension, metric);
        System.arraycopy(vector, 0, values, 0, dimension);
        finish();
    }

    /** Makes a query ready: {@code dimension} finite little-endian floats from {@code offset} on. */
    public void prepare(byte[] vector, int offset, int dimension, Metric metric) {
        begin(dimension, metric);
        for (int i = 0; i < dimension; i++) {
            values[i] = LittleEndian.getFloat(vector, offset + i * Float.BYTES);
        }
        finish();
    }

    /** Makes a query ready: {@code dimension} finite little-endian floats from the buffer's position on, which stays. */
    public void prepare(ByteBuffer vector, int dimension, Metric metric) {
        begin(dimension, metric);
        boolean swap = vector.order() != ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < dimension; i++) {
            int bits = vector.getInt(vector.position() + i * Float.BYTES);
            values[i] = Float.intBitsToFloat(swap ? Integer.reverseBytes(bits) : bits);
        }
        finish();
    }

    /**
     * Scores every row of a scan page and offers those that beat the threshold and that {@code live} accepts.
     *
     * @param tag handed on to {@link TopK#offer}
     * @return rows scored
     */
    public int scan(VectorPage page, int tag, RowFilter live, TopK top) {
        checkPage(page, PageKind.SCAN);
        int rows = page.count();
        for (int first = 0; first < rows; first += BLOCK_ROWS) {
            int block = Math.min(BLOCK_ROWS, rows - first);
            score(page, first, block);
            offer(page, first, block, tag, live, top);
        }
        return rows;
    }

    /** The exact distance of row {@code index} of a raw page. */
    public float exactDistance(VectorPage raw, int index) {
        checkPage(raw, PageKind.RAW);
        Objects.checkIndex(index, raw.count());
        byte[] bytes = raw.bytes();
        int at = raw.codeOffset(index);
        return switch (metric) {
            case L2 -> finiteSquaredL2(kernels.squaredL2(bytes, at, values, dimension));
            case INNER_PRODUCT -> -finiteDot(kernels.dot(bytes, at, values, dimension), bytes, at);
            case COSINE -> {
                float norm = raw.factor(index, Code.NORM);
                yield norm == 0 ? 1 : 1 - finiteDot(kernels.dot(bytes, at, values, dimension), bytes, at) / norm;
            }
        };
    }

    /**
     * Distances to centroids: squared L2 under L2 and cosine, negative inner product otherwise.
     *
     * @param centroids little-endian float32 rows, {@code 4 * dimension} bytes apart, followed by
     *     {@link VectorKernels#SLACK_BYTES} bytes
     * @param out receives one distance per centroid
     */
    public void centroidDistances(byte[] centroids, int count, float[] out) {
        if (metric == Metric.INNER_PRODUCT) {
            negativeDots(centroids, 0, count, 0, out);
        } else {
            squaredL2s(centroids, 0, count, out);
        }
    }

    /** The public score of a distance: larger is nearer. */
    public float score(float distance) {
        return metric.score(distance);
    }

    public Metric metric() {
        return metric;
    }

    public int dimension() {
        return dimension;
    }

    private void begin(int dimension, Metric metric) {
        this.metric = Objects.requireNonNull(metric, "metric");
        int padded = padded(dimension);
        if (values.length < padded) {
            values = new float[padded];
        }
        Arrays.fill(values, dimension, padded, 0);
        this.dimension = dimension;
    }

    private void finish() {
        squaredNorm = 0;
        for (int i = 0; i < dimension; i++) {
            squaredNorm += (double) values[i] * values[i];
        }
        if (metric == Metric.COSINE && squaredNorm > 0) {
            double norm = Math.sqrt(squaredNorm);
            for (int i = 0; i < dimension; i++) {
                values[i] = (float) (values[i] / norm);
            }
            squaredNorm = 1;
        }
        int8.set(values, dimension);
    }

    /** Fills {@link #scores} with the distances of a block of rows. */
    private void score(VectorPage page, int first, int rows) {
        byte[] bytes = page.bytes();
        int at = page.codeOffset(first);
        if (page.code() == Code.INT8) {
            kernels.dotInt8Block(bytes, at, page.stride(), rows, int8, int8Scores);
            int8Distances(page, first, rows);
            return;
        }
        if (metric == Metric.L2) {
            squaredL2s(bytes, at, rows, scores);
        } else {
            negativeDots(bytes, at, rows, metric == Metric.COSINE ? 1 : 0, scores);
        }
    }

    private void squaredL2s(byte[] rows, int at, int count, float[] out) {
        int stride = dimension * Float.BYTES;
        kernels.squaredL2Block(rows, at, stride, count, values, dimension, out);
        for (int i = 0; i < count; i++) {
            out[i] = finiteSquaredL2(out[i]);
        }
    }

    private void negativeDots(byte[] rows, int at, int count, float base, float[] out) {
        int stride = dimension * Float.BYTES;
        kernels.dotBlock(rows, at, stride, count, values, dimension, out);
        for (int i = 0; i < count; i++) {
            out[i] = base - finiteDot(out[i], rows, at + i * stride);
        }
    }

    /** Distances from integer products; in double, where no product of two floats overflows. */
    private void int8Distances(VectorPage page, int first, int rows) {
        byte[] bytes = page.bytes();
        int factors = page.factorOffset(first, 0);
        int stride = Code.INT8.factors() * Float.BYTES;
        boolean squared = metric == Metric.L2;
        double base = squared ? squaredNorm : metric == Metric.COSINE ? 1 : 0;
        double weight = squared ? 2.0 * int8.scale() : int8.scale();
        for (int i = 0; i < rows; i++) {
            int at = factors + i * stride;
            double scale = LittleEndian.getFloat(bytes, at + Code.SCALE * Float.BYTES);
            double norm = squared ? LittleEndian.getFloat(bytes, at + Code.NORM * Float.BYTES) : 0;
            double distance = base + norm * norm - weight * scale * int8Scores[i];
            float score = (float) distance;
            scores[i] = Math.abs(score) <= Float.MAX_VALUE ? score : clamp(distance);
        }
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

    /** A squared distance from a kernel. Its terms are never negative, so all that can happen is that it overflows. */
    private static float finiteSquaredL2(float squaredL2) {
        return Math.min(squaredL2, Float.MAX_VALUE);
    }

    /** An inner product from a kernel; when it overflowed, computed in double and clamped. */
    private float finiteDot(float dot, byte[] rows, int at) {
        if (Math.abs(dot) <= Float.MAX_VALUE) {
            return dot;
        }
        double precise = 0;
        for (int i = 0; i < dimension; i++) {
            precise += (double) LittleEndian.getFloat(rows, at + i * Float.BYTES) * values[i];
        }
        return clamp(precise);
    }

    private static float clamp(double distance) {
        return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, distance));
    }

    private static int padded(int dimension) {
        int unit = VectorKernels.QUERY_PADDING;
        return (dimension + unit - 1) / unit * unit;
    }

    private void checkPage(VectorPage page, PageKind kind) {
        if (page.kind() != kind || page.dimension() != dimension) {
            throw new IllegalArgumentException("page is " + page.kind() + " with dimension " + page.dimension()
                    + "; expected " + kind + " with the query's dimension " + dimension);
        }
    }
}
