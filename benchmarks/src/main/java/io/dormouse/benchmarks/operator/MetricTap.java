// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * A metric reporter that lets this process read the metrics of its embedded clusters as they are, by their names. It sees
 * the metrics of every cluster of the process: run one at a time.
 */
public final class MetricTap implements MetricReporter {
    private static final Map<Metric, String> NAMES = new ConcurrentHashMap<>();

    /** Made by Flink, which finds it by {@code META-INF/services}. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new MetricTap();
        }
    }

    /** Adds the reporter to a cluster's configuration. */
    static void install(Configuration flink) {
        MetricOptions.forReporter(flink, "tap").set(MetricOptions.REPORTER_FACTORY_CLASS, Factory.class.getName());
    }

    /** The sum of counters and numeric gauges of this name over all instances; 0 when there is none. */
    public static double sum(String name) {
        return named(name).mapToDouble(MetricTap::value).sum();
    }

    /** The newest samples of each histogram of this name, together and sorted. */
    public static long[] newest(String name, int each) {
        return named(name)
                .filter(Histogram.class::isInstance)
                .map(histogram -> ((Histogram) histogram).getStatistics().getValues())
                .flatMapToLong(values -> Arrays.stream(values, Math.max(0, values.length - each), values.length))
                .sorted()
                .toArray();
    }

    /** Names of all metrics there are. */
    public static Collection<String> names() {
        return NAMES.values();
    }

    private static Stream<Metric> named(String name) {
        return NAMES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey);
    }

    private static double value(Metric metric) {
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        return metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number ? number.doubleValue() : 0;
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        NAMES.put(metric, name);
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        NAMES.remove(metric);
    }
}
