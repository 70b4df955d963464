// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.scale;

import io.dormouse.state.kernel.TopK;
import java.util.HashSet;
import java.util.Set;

/** The exact nearest rows of some queries among all rows shown so far, by squared Euclidean distance. */
final class RunningTruth {
    private final float[][] queries;
    private final TopK[] nearest;
    private final int k;

    RunningTruth(float[][] queries, int k) {
        this.queries = queries;
        this.k = k;
        nearest = new TopK[queries.length];
        for (int q = 0; q < queries.length; q++) {
            nearest[q] = new TopK(k);
        }
    }

    void show(int row, float[] vector) {
        for (int q = 0; q < queries.length; q++) {
            nearest[q].offer(squaredL2(queries[q], vector, nearest[q].threshold()), row, 0);
        }
    }

    /** Ids of the nearest rows of a query. */
    Set<String> ids(int query) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < Math.min(k, nearest[query].size()); i++) {
            ids.add(Long.toString(nearest[query].row(i)));
        }
        return ids;
    }

    /** Stops where the distance is beyond the limit already. */
    private static float squaredL2(float[] a, float[] b, float limit) {
        float sum = 0;
        for (int i = 0; i < a.length; ) {
            int end = Math.min(a.length, i + 32);
            for (; i < end; i++) {
                float d = a[i] - b[i];
                sum += d * d;
            }
            if (sum > limit) {
                return sum;
            }
        }
        return sum;
    }
}
