// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.benchmarks.BenchReport.Comparison;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportTest {
    @Test
    void theJsonHoldsFiguresAndBars(@TempDir Path directory) throws Exception {
        BenchReport report = new BenchReport("a \"quoted\" name");
        report.figure("p50_ms", 1.5).figure("p99_ms", Double.NaN);
        report.bar("ratio", 9, Comparison.AT_LEAST, 8);
        report.writeJson(directory.resolve("report.json"));
        assertThat(Files.readString(directory.resolve("report.json"))).isEqualTo("""
                {
                  "bench": "a \\"quoted\\" name",
                  "figures": {
                    "p50_ms": 1.5,
                    "p99_ms": null
                  },
                  "bars": [
                    {"name": "ratio", "value": 9.0, "target": 8.0, "holds": true}
                  ]
                }
                """);
    }

    @Test
    void oneMissedBarMakesTheExitCode() {
        assertThat(new BenchReport("none").exitCode()).isZero();
        BenchReport report = new BenchReport("some");
        report.bar("least", 8, Comparison.AT_LEAST, 8);
        report.bar("most", 8, Comparison.AT_MOST, 8);
        assertThat(report.exitCode()).isZero();
        report.bar("more", 8, Comparison.MORE_THAN, 8);
        assertThat(report.exitCode()).isEqualTo(2);
    }

    @Test
    void whatCouldNotBeMeasuredDoesNotHold() {
        BenchReport report = new BenchReport("broken");
        report.bar("most", Double.NaN, Comparison.AT_MOST, 8);
        assertThat(report.exitCode()).isEqualTo(2);
    }

    @Test
    void theTablesAreAligned() {
        BenchReport report = new BenchReport("table");
        report.figure("rows", 12_345).figure("ns", 1.234);
        report.bar("ratio", 4, Comparison.MORE_THAN, 5);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "figure   value",
                        "rows    12,345",
                        "ns        1.23",
                        "",
                        "bar    value  target  holds",
                        "ratio   4.00  > 5.00     NO",
                        "");
    }

    @Test
    void aFigureIsReportedOnce() {
        BenchReport report = new BenchReport("twice").figure("rows", 1);
        assertThatThrownBy(() -> report.figure("rows", 2)).hasMessageContaining("'rows' is reported twice");
    }
}
