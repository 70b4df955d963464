// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer.jvector;

import io.dormouse.benchmarks.kernels.PageScorer;
import io.dormouse.benchmarks.kernels.RowFunction;
import io.dormouse.benchmarks.kernels.Signs;
import io.dormouse.state.kernel.LittleEndian;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorUtil;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;

/** JVector's {@link VectorUtil} and score functions on vectors of the kind that its provider makes. */
public final class JVectorScorers implements PageScorer.Engine {
    private static final VectorizationProvider PROVIDER = VectorizationProvider.getInstance();

    /** Clusters of a codebook: one byte. */
    private static final int CLUSTERS = 256;

    private static final int TRAINING_ROWS = 2 * CLUSTERS;

    /** Trained when the first page comes. */
    private ProductQuantization codebooks;

    @Override
    public String implementation() {
        return "JVector with " + PROVIDER.getClass().getSimpleName();
    }

    @Override
    public PageScorer scorer(RowFunction function, float[][] rows, float[] query, boolean oneByOne) {
        return switch (function) {
            case FLOAT32 -> float32(rows, query);
            case HAMMING -> hamming(rows, query);
            case PQ -> productQuantised(rows, query);
            case INT8, ONE_BIT -> null;
        };
    }

    private static PageScorer float32(float[][] rows, float[] query) {
        List<VectorFloat<?>> own = vectors(rows);
        VectorFloat<?>[] vectors = own.toArray(VectorFloat[]::new);
        VectorFloat<?> ownQuery = vector(query);
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = VectorUtil.dotProduct(vectors[r], ownQuery);
            }
        };
    }

    private static PageScorer hamming(float[][] rows, float[] query) {
        long[][] bits = new long[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            bits[r] = longs(Signs.of(rows[r]));
        }
        long[] queryBits = longs(Signs.of(query));
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = VectorUtil.hammingDistance(bits[r], queryBits);
            }
        };
    }

    private PageScorer productQuantised(float[][] rows, float[] query) {
        int dimension = query.length;
        ListRandomAccessVectorValues values = new ListRandomAccessVectorValues(vectors(rows), dimension);
        if (codebooks == null) {
            codebooks = ProductQuantization.compute(
                    new ListRandomAccessVectorValues(vectors(trainingRows(dimension)), dimension),
                    dimension / RowFunction.PQ_DIMENSIONS_PER_BYTE,
                    CLUSTERS,
                    false);
        }
        PQVectors codes = codebooks.encodeAll(values, ForkJoinPool.commonPool());
        ScoreFunction scores = codes.precomputedScoreFunctionFor(vector(query), VectorSimilarityFunction.DOT_PRODUCT);
        return out -> {
            for (int r = 0; r < out.length; r++) {
                out[r] = scores.similarityTo(r);
            }
        };
    }

    /** More rows than clusters, spread as the page's are. */
    private static float[][] trainingRows(int dimension) {
        Random random = new Random(1);
        float[][] rows = new float[TRAINING_ROWS][dimension];
        for (float[] row : rows) {
            for (int i = 0; i < dimension; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }

    private static List<VectorFloat<?>> vectors(float[][] rows) {
        List<VectorFloat<?>> vectors = new ArrayList<>();
        for (float[] row : rows) {
            vectors.add(vector(row));
        }
        return vectors;
    }

    private static VectorFloat<?> vector(float[] values) {
        return PROVIDER.getVectorTypeSupport().createFloatVector(values);
    }

    private static long[] longs(byte[] bits) {
        long[] longs = new long[bits.length / Long.BYTES];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = LittleEndian.getLong(bits, i * Long.BYTES);
        }
        return longs;
    }
}
