// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.peer.jvector;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.index.IndexEngine;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.quantization.KMeansPlusPlusClusterer;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * JVector's graph in heap, with the parameters of its tutorial, built by one thread. The effort is the number of
 * candidates that a search keeps.
 */
final class JVectorEngine implements IndexEngine {
    private static final VectorizationProvider PROVIDER = VectorizationProvider.getInstance();
    private static final int M = 32;
    private static final int BEAM = 100;
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;
    private static final int PQ_DIMENSIONS_PER_BYTE = 8;
    private static final int PQ_CLUSTERS = 256;

    private final boolean quantised;
    private VectorSimilarityFunction similarity;
    private List<VectorFloat<?>> queries;
    private RandomAccessVectorValues vectors;
    private GraphIndexBuilder builder;
    private GraphSearcher searcher;
    private PQVectors codes;

    JVectorEngine(boolean quantised) {
        this.quantised = quantised;
    }

    @Override
    public String implementation() {
        return PROVIDER.getClass().getSimpleName();
    }

    @Override
    public void open(VectorSet set, Distance distance) {
        queries = vectors(set.queries());
        similarity =
                distance == Distance.L2 ? VectorSimilarityFunction.EUCLIDEAN : VectorSimilarityFunction.DOT_PRODUCT;
    }

    @Override
    public void insert(float[][] base) throws IOException {
        List<VectorFloat<?>> own = vectors(base);
        int dimension = base[0].length;
        vectors = new ListRandomAccessVectorValues(own, dimension);
        ForkJoinPool oneThread = new ForkJoinPool(1);
        builder = GraphIndexBuilder.builder(
                        BuildScoreProvider.randomAccessScoreProvider(vectors, similarity), dimension, M)
                .withBeamWidth(BEAM)
                .withNeighborOverflow(OVERFLOW)
                .withAlpha(ALPHA)
                .withSimdExecutor(oneThread)
                .withParallelExecutor(oneThread)
                .build();
        for (int row = 0; row < own.size(); row++) {
            builder.addGraphNode(row, own.get(row));
        }
        builder.cleanup();
        ImmutableGraphIndex graph = builder.getGraph();
        searcher = new GraphSearcher(graph);
        if (quantised) {
            codes = ProductQuantization.compute(
                            vectors,
                            dimension / PQ_DIMENSIONS_PER_BYTE,
                            PQ_CLUSTERS,
                            similarity == VectorSimilarityFunction.EUCLIDEAN,
                            KMeansPlusPlusClusterer.UNWEIGHTED,
                            oneThread,
                            oneThread)
                    .encodeAll(vectors, oneThread);
        }
        oneThread.shutdown();
    }

    @Override
    public int[] efforts() {
        return new int[] {10, 12, 15, 20, 27, 36, 50, 70, 100, 140, 200, 300, 450};
    }

    @Override
    public int search(int query, int effort, int[] found) {
        VectorFloat<?> own = queries.get(query);
        SearchScoreProvider scores = quantised
                ? new DefaultSearchScoreProvider(
                        codes.precomputedScoreFunctionFor(own, similarity), vectors.rerankerFor(own, similarity))
                : DefaultSearchScoreProvider.exact(own, similarity, vectors);
        SearchResult.NodeScore[] hits =
                searcher.search(scores, found.length, effort, 0f, 0f, Bits.ALL).getNodes();
        for (int i = 0; i < hits.length; i++) {
            found[i] = hits[i].node;
        }
        return hits.length;
    }

    @Override
    public void close() throws IOException {
        if (searcher != null) {
            searcher.close();
            builder.close();
        }
    }

    private static List<VectorFloat<?>> vectors(float[][] rows) {
        List<VectorFloat<?>> vectors = new ArrayList<>();
        for (float[] row : rows) {
            vectors.add(PROVIDER.getVectorTypeSupport().createFloatVector(row));
        }
        return vectors;
    }
}
