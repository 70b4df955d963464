// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What every benchmark reports: figures, bars that must hold, a table for people, JSON for machines and the exit code.
 *
 * <p>The JSON is {@code {"bench": name, "figures": {name: number}, "bars": [{"name", "value", "target", "holds"}]}}; a
 * value that is not a number becomes {@code null}, and its bar does not hold.
 */
public final class BenchReport {
    /** Exit code when every bar holds. */
    public static final int HELD = 0;

    /** Exit code when a bar does not hold. */
    public static final int MISSED = 2;

    private final String bench;
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final List<Bar> bars = new ArrayList<>();

    public BenchReport(String bench) {
        this.bench = Objects.requireNonNull(bench, "bench");
    }

    /** How a value must stand to its target. */
    public enum Comparison {
        MORE_THAN(">"),
        AT_LEAST(">="),
        AT_MOST("<=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        boolean holds(double value, double target) {
            return switch (this) {
                case MORE_THAN -> value > target;
                case AT_LEAST -> value >= target;
                case AT_MOST -> value <= target;
            };
        }
    }

    private record Bar(String name, double value, Comparison comparison, double target) {
        boolean holds() {
            return comparison.holds(value, target);
        }
    }

    /** A measured number; its unit belongs at the end of its name. */
    public BenchReport figure(String name, double value) {
        if (figures.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("figure '" + name + "' is reported twice; expected once");
        }
        return this;
    }

    /** A measured number that an issue states a target for. */
    public BenchReport bar(String name, double value, Comparison comparison, double target) {
        bars.add(new Bar(name, value, comparison, target));
        return this;
    }

    /** 0, or 2 when a bar does not hold. */
    public int exitCode() {
        return bars.stream().allMatch(Bar::holds) ? HELD : MISSED;
    }

    /** Prints the figures and the bars as two tables. */
    public void print(PrintStream out) {
        if (!figures.isEmpty()) {
            TextTable table = new TextTable("figure", "value");
            figures.forEach((name, value) -> table.row(name, TextTable.number(value)));
            table.print(out);
        }
        printBars(out);
    }

    /** Prints the bars alone, for a benchmark that shows its figures in a table of its own. */
    public void printBars(PrintStream out) {
        bars().print(out);
    }

    /** The bars as a table. */
    TextTable bars() {
        TextTable table = new TextTable("bar", "value", "target", "holds");
        for (Bar bar : bars) {
            String target = bar.comparison.sign + " " + TextTable.number(bar.target);
            table.row(bar.name, TextTable.number(bar.value), target, bar.holds() ? "yes" : "NO");
        }
        return table;
    }

    /** Writes the report for machines. */
    public void writeJson(Path file) throws IOException {
        Files.writeString(file, json());
    }

    String json() {
        String numbers = figures.entrySet().stream()
                .map(figure -> "    " + quoted(figure.getKey()) + ": " + number(figure.getValue()))
                .collect(Collectors.joining(",\n"));
        String held = bars.stream().map(BenchReport::json).collect(Collectors.joining(",\n"));
        return "{\n  \"bench\": " + quoted(bench) + ",\n  \"figures\": {\n" + numbers + "\n  },\n  \"bars\": [\n" + held
                + "\n  ]\n}\n";
    }

    private static String json(Bar bar) {
        return "    {\"name\": " + quoted(bar.name) + ", \"value\": " + number(bar.value) + ", \"target\": "
                + number(bar.target) + ", \"holds\": " + bar.holds() + "}";
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "null";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
