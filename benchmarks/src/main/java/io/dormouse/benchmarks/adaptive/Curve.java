// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.adaptive;

import java.util.ArrayList;
import java.util.List;

/** Recall by mean pages probed, both rising. */
final class Curve {
    private final List<double[]> points = new ArrayList<>();

    void add(double pages, double recall) {
        points.add(new double[] {pages, recall});
    }

    /** Pages at a recall, interpolated; NaN when the curve does not reach it or begins above it. */
    double pagesAt(double recall) {
        for (int i = 1; i < points.size(); i++) {
            double[] before = points.get(i - 1);
            double[] after = points.get(i);
            if (before[1] <= recall && recall <= after[1]) {
                double share = after[1] == before[1] ? 0 : (recall - before[1]) / (after[1] - before[1]);
                return before[0] + share * (after[0] - before[0]);
            }
        }
        return Double.NaN;
    }

    List<double[]> points() {
        return points;
    }
}
