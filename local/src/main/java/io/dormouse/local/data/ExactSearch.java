// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.data;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * Brute-force nearest neighbours: the ground truth that recall is measured against. It is written in plain Java on
 * purpose and shares no code with the memory's kernels, so that an error in those cannot hide here.
 */
public final class ExactSearch {

    /** How near two vectors are; larger is nearer. */
    public enum Metric {
        /** The negative squared Euclidean distance. */
        L2,
        /** The dot product. */
        INNER_PRODUCT,
        /** The dot product of the normalised vectors. */
        COSINE
    }

    private final float[][] base;
    private final Metric metric;
    private final float[] inverseNorms;

    /** Searches {@code base}, rows x dimension, which is not copied. */
    public ExactSearch(float[][] base, Metric metric) {
        this.base = Objects.requireNonNull(base);
        this.metric = Objects.requireNonNull(metric);
        this.inverseNorms = metric == Metric.COSINE ? inverseNorms(base) : new float[0];
    }

    /** For each query the rows of its {@code k} nearest vectors, best first, ties to the lower row. */
    public int[][] topK(float[][] queries, int k, int threads) {
        int[][] found = new int[queries.length][];
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            pool.submit(() ->
                            IntStream.range(0, queries.length).parallel().forEach(q -> found[q] = topK(queries[q], k)))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while searching exactly", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("exact search failed", e.getCause());
        } finally {
            pool.shutdown();
        }
        return found;
    }

    /** The rows of the {@code k} vectors nearest to {@code query}, best first, ties to the lower row. */
    public int[] topK(float[] query, int k) {
        int kept = 0;
        int[] rows = new int[Math.min(k, base.length)];
        float[] scores = new float[rows.length];
        for (int row = 0; row < base.length; row++) {
            float score = score(query, row);
            if (kept == rows.length && score <= scores[kept - 1]) {
                continue;
            }
            int at = kept < rows.length ? kept++ : kept - 1;
            while (at > 0 && scores[at - 1] < score) {
                scores[at] = scores[at - 1];
                rows[at] = rows[at - 1];
                at--;
            }
            scores[at] = score;
            rows[at] = row;
        }
        return rows;
    }

    /** The score of one row; larger is nearer. For {@link Metric#COSINE} without the query's own norm. */
    private float score(float[] query, int row) {
        return switch (metric) {
            case L2 -> -squaredDistance(query, base[row]);
            case INNER_PRODUCT -> dot(query, base[row]);
            case COSINE -> dot(query, base[row]) * inverseNorms[row];
        };
    }

    private static float dot(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static float squaredDistance(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        int i = 0;
        for (; i + 1 < a.length; i += 2) {
            float d0 = a[i] - b[i];
            float d1 = a[i + 1] - b[i + 1];
            s0 += d0 * d0;
            s1 += d1 * d1;
        }
        for (; i < a.length; i++) {
            s0 += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return s0 + s1;
    }

    private static float[] inverseNorms(float[][] rows) {
        float[] inverse = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            float square = dot(rows[i], rows[i]);
            inverse[i] = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
        }
        return inverse;
    }
}
