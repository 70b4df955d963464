// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Random;

/** Pages of every code with so many rows of one dimension, and all that queries do with them. */
final class WarmUpShape {
    private static final int NEAREST = 4;
    private static final int QUERIES = 6;
    private static final Code[] CODES = Code.values();

    private final int dimension;
    private final VectorPage raw;
    private final VectorPage[] pages = new VectorPage[CODES.length];
    private final PreparedQuery[] queries = new PreparedQuery[QUERIES];
    private final TopK[] tops = new TopK[QUERIES];
    private final float[] distances;
    private final BatchScan batch;
    private final Candidates candidates = new Candidates();
    private final float[] vector;
    private final byte[] centroids;

    WarmUpShape(VectorKernels kernels, int dimension, int rows) {
        this.dimension = dimension;
        this.batch = new BatchScan(kernels);
        this.distances = new float[rows];
        Random random = new Random(dimension);
        vector = vector(random);
        centroids = new byte[rows * dimension * Float.BYTES + VectorKernels.SLACK_BYTES];
        raw = page(PageKind.RAW, Code.FLOAT32, rows, random, kernels);
        for (Code code : CODES) {
            pages[code.ordinal()] = page(PageKind.SCAN, code, rows, random, kernels);
        }
        for (int i = 0; i < QUERIES; i++) {
            queries[i] = new PreparedQuery(kernels, dimension);
            tops[i] = new TopK(NEAREST);
        }
    }

    void search(Metric metric) {
        for (int i = 0; i < QUERIES; i++) {
            queries[i].prepare(vector, dimension, metric);
            tops[i].reset(NEAREST);
        }
        PreparedQuery query = queries[0];
        query.centroidDistances(centroids, distances.length, distances);
        for (Code code : CODES) {
            VectorPage page = pages[code.ordinal()];
            if (code.relative()) {
                candidates.reset(NEAREST, NEAREST, 1);
                query.scan(page, distances[0], 0, RowFilter.ALL, candidates);
                candidates.order();
            } else if (code != Code.BINARY || metric == Metric.HAMMING) {
                query.scan(page, 0, RowFilter.ALL, tops[0]);
            }
        }
        batch.scan(pages[Code.FLOAT32.ordinal()], queries, QUERIES, 0, RowFilter.ALL, tops);
        for (int i = 0; i < raw.count(); i++) {
            query.exactDistance(raw, i);
        }
        tops[0].sort();
    }

    private VectorPage page(PageKind kind, Code code, int rows, Random random, VectorKernels kernels) {
        VectorPage page = VectorPage.allocate(kind, code, dimension, rows);
        RelativeEncoder encoder = code.relative() ? new RelativeEncoder(code, dimension, kernels) : null;
        if (encoder != null) {
            encoder.centre(vector);
        }
        while (!page.isFull()) {
            float[] row = vector(random);
            if (encoder == null) {
                page.append(page.count(), row);
            } else {
                encoder.encode(row);
                page.append(page.count(), encoder);
            }
        }
        return page;
    }

    private float[] vector(Random random) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }
}
