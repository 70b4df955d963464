// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How fast an engine answers at each recall it was measured at.
 *
 * @param engine which
 * @param implementation what it runs on
 * @param insertsPerSecond how fast it took the set in
 * @param points in any order
 */
public record Curve(EngineName engine, String implementation, double insertsPerSecond, List<Point> points) {
    /**
     * One effort.
     *
     * @param recall share of the true nearest ten found
     * @param queriesPerSecond median over the rounds
     */
    public record Point(int effort, double recall, double queriesPerSecond) {}

    /** The points that no other one beats in both, by rising recall. */
    public List<Point> best() {
        List<Point> best = new ArrayList<>();
        List<Point> falling = points.stream()
                .sorted(Comparator.comparingDouble(Point::recall)
                        .thenComparingDouble(Point::queriesPerSecond)
                        .reversed())
                .toList();
        for (Point point : falling) {
            if (best.isEmpty() || point.queriesPerSecond > best.get(0).queriesPerSecond) {
                best.add(0, point);
            }
        }
        return best;
    }

    /**
     * Queries per second at a recall: between two points the logarithm of the rate is taken to be linear in the recall.
     *
     * @return NaN when the engine was not measured at that recall or above; the rate of its lowest point when all are above
     */
    public double queriesPerSecondAt(double recall) {
        List<Point> best = best();
        Point below = null;
        for (Point point : best) {
            if (point.recall >= recall) {
                return below == null ? point.queriesPerSecond : between(below, point, recall);
            }
            below = point;
        }
        return Double.NaN;
    }

    private static double between(Point below, Point above, double recall) {
        double share = (recall - below.recall) / (above.recall - below.recall);
        double low = Math.log(below.queriesPerSecond);
        return Math.exp(low + share * (Math.log(above.queriesPerSecond) - low));
    }
}
