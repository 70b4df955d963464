// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Random;

/**
 * Searches small pages of its own until the compiler has had its turn with every kernel. Vector code that is not yet
 * compiled makes an object of every register and is a hundred times slower: the first few hundred pages would cost some
 * milliseconds each.
 */
final class KernelWarmUp {
    /** With a rest after four rows and after each register width, so that every loop of a kernel runs. */
    private static final int ROWS = 31;

    private static final int DIMENSION = 140;
    private static final int NEAREST = 4;

    /** Rounds after which the compiler has been asked for everything, and time for it to be done with it. */
    private static final int ROUNDS_MIN = 3_000;

    private static final int ROUNDS_MAX = 30_000;
    private static final long NANOS_MIN = 400_000_000L;
    private static final long NANOS_MAX = 2_000_000_000L;

    private final PreparedQuery query;
    private final TopK top = new TopK(NEAREST);
    private final float[] vector;
    private final VectorPage float32 = page(PageKind.SCAN, Code.FLOAT32);
    private final VectorPage int8 = page(PageKind.SCAN, Code.INT8);
    private final VectorPage raw = page(PageKind.RAW, Code.FLOAT32);
    private final VectorPage rabitq;
    private final VectorPage pq;
    private final Candidates candidates = new Candidates();
    private final byte[] centroids = new byte[ROWS * DIMENSION * Float.BYTES + VectorKernels.SLACK_BYTES];
    private final float[] distances = new float[ROWS];

    KernelWarmUp(VectorKernels kernels) {
        query = new PreparedQuery(kernels, DIMENSION);
        vector = vector(new Random(0));
        rabitq = relative(Code.RABITQ, kernels);
        pq = relative(Code.PQ, kernels);
    }

    void run() {
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS_MAX; round++) {
            search(Metric.ofId(round % Metric.values().length));
            long spent = System.nanoTime() - start;
            if (spent > NANOS_MAX || (round > ROUNDS_MIN && spent > NANOS_MIN)) {
                return;
            }
        }
    }

    private void search(Metric metric) {
        query.prepare(vector, DIMENSION, metric);
        query.centroidDistances(centroids, ROWS, distances);
        top.reset(NEAREST);
        query.scan(float32, 0, RowFilter.ALL, top);
        query.scan(int8, 0, RowFilter.ALL, top);
        candidates.reset(NEAREST, ROWS, 1);
        query.scan(rabitq, distances[0], 0, RowFilter.ALL, candidates);
        query.scan(pq, distances[1], 0, RowFilter.ALL, candidates);
        candidates.order();
        for (int i = 0; i < ROWS; i++) {
            query.exactDistance(raw, i);
        }
        top.sort();
    }

    private static VectorPage page(PageKind kind, Code code) {
        Random random = new Random(1);
        VectorPage page = VectorPage.allocate(kind, code, DIMENSION, ROWS);
        while (!page.isFull()) {
            page.append(page.count(), vector(random));
        }
        return page;
    }

    private static VectorPage relative(Code code, VectorKernels kernels) {
        Random random = new Random(1);
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, DIMENSION, ROWS);
        RelativeEncoder encoder = new RelativeEncoder(code, DIMENSION, kernels);
        encoder.centre(vector(random));
        while (!page.isFull()) {
            encoder.encode(vector(random));
            page.append(page.count(), encoder);
        }
        return page;
    }

    private static float[] vector(Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = random.nextFloat() - 0.5f;
        }
        return vector;
    }
}
