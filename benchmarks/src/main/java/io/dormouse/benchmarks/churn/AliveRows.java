// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.benchmarks.churn.Runbook.Write;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Which item has which vector now, and exact search over them. */
final class AliveRows {
    private static final int BLOCK = 256;

    private final float[][] vectors;
    private final int dimension;
    private final boolean unit;
    private final Map<Integer, Integer> alive = new TreeMap<>();
    private final float[] distances = new float[BLOCK];

    AliveRows(Runbook runbook) {
        vectors = runbook.set().base();
        dimension = runbook.set().dimension();
        unit = runbook.metric() == Metric.COSINE;
    }

    void apply(Write write) {
        if (write.row() == Write.DELETE) {
            alive.remove(write.item());
        } else {
            alive.put(write.item(), write.row());
        }
    }

    int size() {
        return alive.size();
    }

    /** The writes that make an index of what is alive, in random order. */
    List<Write> shuffled() {
        List<Write> writes = new ArrayList<>();
        alive.forEach((item, row) -> writes.add(new Write(item, row)));
        Collections.shuffle(writes, new Random(3));
        return writes;
    }

    /**
     * For each query the squared distance of its k-th nearest item, on unit vectors under cosine: an item that is not
     * farther is one of the nearest, whichever of several equal ones a search returns.
     */
    float[] radii(float[][] queries, int k) {
        TopK[] nearest = new TopK[queries.length];
        float[][] padded = new float[queries.length][];
        for (int q = 0; q < queries.length; q++) {
            nearest[q] = new TopK(k);
            padded[q] = padded(queries[q]);
        }
        byte[] rows = new byte[BLOCK * dimension * Float.BYTES + VectorKernels.SLACK_BYTES];
        ByteBuffer floats = ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        for (int row : alive.values()) {
            floats.position(count++ * dimension * Float.BYTES);
            floats.asFloatBuffer().put(padded(vectors[row]), 0, dimension);
            if (count == BLOCK) {
                offer(rows, count, padded, nearest);
                count = 0;
            }
        }
        offer(rows, count, padded, nearest);
        float[] radii = new float[queries.length];
        for (int q = 0; q < queries.length; q++) {
            nearest[q].sort();
            radii[q] = nearest[q].distance(nearest[q].size() - 1);
        }
        return radii;
    }

    private void offer(byte[] rows, int count, float[][] queries, TopK[] nearest) {
        for (int q = 0; q < queries.length; q++) {
            Kernels.best()
                    .float32()
                    .squaredL2Block(rows, 0, dimension * Float.BYTES, count, queries[q], dimension, distances);
            for (int i = 0; i < count; i++) {
                nearest[q].offer(distances[i], i, 0);
            }
        }
    }

    /** Squared distance of an item from a query, as for {@link #radii}. */
    double squaredDistance(float[] query, int item) {
        float[] a = padded(query);
        float[] b = padded(vectors[alive.get(item)]);
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum;
    }

    private float[] padded(float[] vector) {
        int unitOf = VectorKernels.QUERY_PADDING;
        float[] padded = new float[(dimension + unitOf - 1) / unitOf * unitOf];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            squares += (double) vector[i] * vector[i];
        }
        double norm = unit ? Math.sqrt(squares) : 1;
        for (int i = 0; i < dimension; i++) {
            padded[i] = (float) (vector[i] / norm);
        }
        return padded;
    }
}
