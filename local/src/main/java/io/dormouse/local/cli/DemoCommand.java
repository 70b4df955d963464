// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.StackOptions;
import io.dormouse.local.demo.Demo;
import io.dormouse.local.demo.Shortcomings;
import io.dormouse.local.sample.ArxivSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the memory at work on real papers. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        header = "See it work: real papers stream in, questions are answered meanwhile.",
        description = {
            "Starts the stack of ./dormouse up, streams arXiv papers through Kafka in date order, asks for papers by"
                    + " their title as soon as Kafka has them, then reports recall against exact search, throughput and"
                    + " latency. Afterwards the stack runs on for your own records until Ctrl-C.",
            "Exit code 3 when something fell short: a question without a whole answer, a dead letter, or a recall@10"
                    + " below 0.95."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  ./dormouse demo", "  ./dormouse demo --exit --papers 5000"})
public final class DemoCommand implements Callable<Integer> {
    private static final int FELL_SHORT = 3;

    @Option(names = "--exit", description = "End when the demo has run, instead of leaving the stack running.")
    private boolean exit;

    @Option(
            names = "--papers",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Papers to stream, the oldest first (default ${DEFAULT-VALUE}, all that ship).")
    private int papers;

    @Option(
            names = "--questions",
            paramLabel = "N",
            defaultValue = "8",
            description = "Questions asked and shown while papers stream in (default ${DEFAULT-VALUE}); all that ship"
                    + " are asked afterwards.")
    private int questions;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Papers a second at most, 0 = as fast as it goes (the default).")
    private long papersPerSecond;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long throughput and latency are measured, each (default ${DEFAULT-VALUE}).")
    private int loadSeconds;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of the broker, 0 = any free one (the default).")
    private int port;

    @Option(
            names = "--web-port",
            paramLabel = "PORT",
            description = "Port of Flink's web UI, 0 = any free one (the default).")
    private int webPort;

    @ArgGroup
    private ColdOption cold = new ColdOption();

    @Option(names = "--log", paramLabel = "FILE", description = "Where the log goes.")
    private Path log;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        Path logFile = Logs.to(log);
        Screen screen = Screen.standard();
        screen.line("Starting broker, Flink and the job ...");
        CompletableFuture<ArxivSample> loading = CompletableFuture.supplyAsync(this::load);
        EmbeddedStack stack = EmbeddedStack.start(
                StackOptions.defaults().withPorts(port, webPort).withCold(cold.place()));
        try (ServedStack served = new ServedStack(stack)) {
            ArxivSample sample = loading.join();
            screen.line(String.format(
                    Locale.ROOT,
                    "Up after %.1f s: broker %s, web UI %s",
                    (System.nanoTime() - start) / 1e9,
                    stack.bootstrap(),
                    stack.flink().webAddress()));
            int code = run(stack, sample, new DemoScreen(screen, start));
            if (!exit) {
                screen.line("");
                screen.line("The papers are in namespace " + Demo.NAMESPACE + ", ask away:");
                screen.line("  ./dormouse query --text \"error correcting codes\"");
                served.describe(screen, logFile);
                served.awaitStop();
            }
            return code;
        }
    }

    private int run(EmbeddedStack stack, ArxivSample sample, DemoScreen screen) throws InterruptedException {
        try (Demo demo = new Demo(stack.bootstrap(), stack.topics(), sample, screen)) {
            Shortcomings shortcomings = demo.run(questions, papersPerSecond, Duration.ofSeconds(loadSeconds));
            if (shortcomings.found().isEmpty()) {
                screen.line("All well: every question answered in full, no dead letters.");
                return 0;
            }
            screen.line("Fell short:");
            shortcomings.found().forEach(shortcoming -> screen.line("  - " + shortcoming));
            return FELL_SHORT;
        }
    }

    private ArxivSample load() {
        try {
            return ArxivSample.load(papers);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
