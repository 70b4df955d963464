// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stands in the help for the benchmarks, which the launcher runs from their own module. */
@Command(
        name = "bench",
        header = "Run a benchmark: ./dormouse bench NAME [--quick] [--json FILE].",
        description = {
            "Prints a table, draws a picture where a curve says more, and exits 2 when a stated bar does not hold.",
            "./dormouse bench without a name lists the benchmarks."
        })
public final class BenchCommand implements Runnable {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The benchmark and its options.")
    private List<String> arguments;

    @Override
    public void run() {
        throw new IllegalStateException(
                "benchmarks live in a module of their own: start them with the launcher, ./dormouse bench "
                        + (arguments == null ? "NAME" : String.join(" ", arguments)));
    }
}
