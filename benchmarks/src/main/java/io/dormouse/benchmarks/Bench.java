// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.peer.PeerJdkMissingException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./dormouse bench}: every benchmark by its name. */
@Command(
        name = "dormouse bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Dormouse on real data, beside its peers, and holds the figures against their bars.",
            "Exit code: 0 every bar holds, 2 one does not, 1 the benchmark failed."
        },
        subcommands = {
            KernelsBench.class,
            IndexBench.class,
            RecallBench.class,
            ChurnBench.class,
            ScaleBench.class,
            NamespacesBench.class,
            PolicyBench.class,
            AdaptiveBench.class,
            ColdReadsBench.class,
            FaultsBench.class,
            CrashBench.class,
            SoakBench.class,
            E2eBench.class,
            OperatorBench.class,
            FloodBench.class,
            TiersBench.class,
            CheckpointsBench.class,
            RescaleBench.class
        })
public final class Bench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench())
                .setExecutionExceptionHandler(Bench::explain)
                .execute(args));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }

    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("dormouse bench: " + failure.getMessage());
        if (!(failure instanceof DataMissingException || failure instanceof PeerJdkMissingException)) {
            failure.printStackTrace(command.getErr());
        }
        return 1;
    }
}
