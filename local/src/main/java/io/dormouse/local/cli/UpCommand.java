// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.StackOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts an empty memory and keeps it until Ctrl-C. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        header = "Start an empty memory: broker, Flink, the job and an object store.",
        description = {
            "Starts a Kafka broker, a Flink cluster with its web UI, the memory's job, and beside them an S3 server for"
                    + " cold pages, all on 127.0.0.1; prints their addresses, and runs until Ctrl-C.",
            "With --data, what was stored is there again at the next start."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./dormouse up",
            "  ./dormouse up --port 9092 --web-port 8081 --data memory/",
            "  ./dormouse up --cold /mnt/slow/memory"
        })
public final class UpCommand implements Callable<Integer> {
    @Option(names = "--port", paramLabel = "PORT", description = "Port of the broker, 0 = any free one (the default).")
    private int port;

    @Option(
            names = "--web-port",
            paramLabel = "PORT",
            description = "Port of Flink's web UI, 0 = any free one (the default).")
    private int webPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder that keeps the broker's records, the checkpoints and the S3 server's objects; without it all"
                            + " is gone at the end.")
    private Path data;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = "Task slots, and partitions of the topics (default ${DEFAULT-VALUE}).")
    private int parallelism;

    @ArgGroup
    private ColdOption cold = new ColdOption();

    @Option(names = "--log", paramLabel = "FILE", description = "Where the log goes.")
    private Path log;

    @Override
    public Integer call() throws InterruptedException {
        Path logFile = Logs.to(log);
        StackOptions options = StackOptions.defaults()
                .withPorts(port, webPort)
                .withParallelism(parallelism)
                .withCold(cold.place());
        Screen screen = Screen.standard();
        screen.line("Starting broker, Flink and the job ...");
        EmbeddedStack stack = EmbeddedStack.start(data == null ? options : options.withData(data));
        try (ServedStack served = new ServedStack(stack)) {
            served.describe(screen, logFile);
            served.awaitStop();
        }
        return 0;
    }
}
