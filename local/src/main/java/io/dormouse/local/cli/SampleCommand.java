// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.sample.SampleBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the sample that ships with the project. */
@Command(
        name = "sample",
        hidden = true,
        mixinStandardHelpOptions = true,
        header = "Make the arXiv sample that ships with the project.")
public final class SampleCommand implements Callable<Integer> {
    @Option(names = "--from", paramLabel = "DIR", required = true, description = "Folder with arxiv/ and words/.")
    private Path from;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            defaultValue = "local/src/main/resources/sample",
            description = "Where to write (default ${DEFAULT-VALUE}).")
    private Path to;

    @Option(names = "--papers", paramLabel = "N", defaultValue = "20000", description = "Default ${DEFAULT-VALUE}.")
    private int papers;

    @Option(names = "--questions", paramLabel = "N", defaultValue = "400", description = "Default ${DEFAULT-VALUE}.")
    private int questions;

    @Override
    public Integer call() throws IOException {
        long bytes = new SampleBuilder(from, to, papers, questions).build();
        System.out.printf(Locale.ROOT, "%s: %,d bytes%n", to, bytes);
        return 0;
    }
}
