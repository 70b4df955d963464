// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that every benchmark takes. */
final class BenchOptions {
    @Option(names = "--quick", description = "A run of less than a minute: a first impression, not a figure to quote.")
    boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write figures and bars as JSON.")
    Path json;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the evaluation data; default: shared/data beside the project.")
    Path data;

    @Option(names = "--markdown", description = "Print the tables as documents have them.")
    boolean markdown;

    /** The project's folder. */
    static Path home() {
        return Path.of(System.getProperty("dormouse.home", "."))
                .toAbsolutePath()
                .normalize();
    }

    /** The folder of one data set. */
    Path dataset(String name) {
        Path root = data == null ? home().resolveSibling("shared").resolve("data") : data;
        Path folder = root.resolve(name);
        if (!Files.isDirectory(folder)) {
            throw new DataMissingException(folder);
        }
        return folder;
    }

    /** Prints a table. */
    void show(TextTable table) {
        if (markdown) {
            table.printMarkdown(System.out);
        } else {
            table.print(System.out);
        }
    }

    /** Prints the bars, writes the JSON if it was asked for, and returns the exit code. */
    int finish(BenchReport report) throws IOException {
        show(report.bars());
        if (json != null) {
            report.writeJson(json);
        }
        return report.exitCode();
    }

    /** Where pictures go. */
    static Path picture(String name) throws IOException {
        Path folder = home().resolve("benchmarks").resolve("target").resolve("pictures");
        Files.createDirectories(folder);
        return folder.resolve(name + ".png");
    }
}
