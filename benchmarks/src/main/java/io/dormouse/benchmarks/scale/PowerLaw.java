// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.scale;

import java.util.List;

/** {@code y = a x^exponent}, fitted by least squares over the logarithms. */
final class PowerLaw {
    private PowerLaw() {}

    static double exponent(List<double[]> points) {
        double meanX =
                points.stream().mapToDouble(p -> Math.log(p[0])).average().orElseThrow();
        double meanY =
                points.stream().mapToDouble(p -> Math.log(p[1])).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (double[] p : points) {
            double x = Math.log(p[0]) - meanX;
            products += x * (Math.log(p[1]) - meanY);
            squares += x * x;
        }
        return products / squares;
    }
}
