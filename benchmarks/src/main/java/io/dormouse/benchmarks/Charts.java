// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws curves as PNG below {@code benchmarks/target/pictures}. */
final class Charts {
    private Charts() {}

    /** One line: points of x and y. */
    record Series(String name, List<double[]> points) {}

    /** Draws lines into one picture and says where it is. */
    static void curve(String file, String title, String x, String y, List<Series> lines) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        for (Series line : lines) {
            chart.addSeries(
                            line.name(),
                            line.points().stream().mapToDouble(p -> p[0]).toArray(),
                            line.points().stream().mapToDouble(p -> p[1]).toArray())
                    .setMarker(SeriesMarkers.CIRCLE);
        }
        Path picture = BenchOptions.picture(file);
        BitmapEncoder.saveBitmap(chart, picture.toString(), BitmapFormat.PNG);
        System.out.println("picture: " + picture);
    }
}
