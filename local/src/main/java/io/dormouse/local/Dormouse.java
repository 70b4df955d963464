// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local;

import io.dormouse.local.cli.BenchCommand;
import io.dormouse.local.cli.CommandErrors;
import io.dormouse.local.cli.DemoCommand;
import io.dormouse.local.cli.DigestCommand;
import io.dormouse.local.cli.IngestCommand;
import io.dormouse.local.cli.NamespaceCommands;
import io.dormouse.local.cli.QueryCommand;
import io.dormouse.local.cli.SampleCommand;
import io.dormouse.local.cli.SweepCommand;
import io.dormouse.local.cli.UpCommand;
import io.dormouse.local.cli.WatchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command-line client, {@code ./dormouse}. */
@Command(
        name = "dormouse",
        version = "Dormouse 0.1.0",
        mixinStandardHelpOptions = true,
        header = "A long-term memory that runs as an Apache Flink job.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            IngestCommand.class,
            QueryCommand.class,
            NamespaceCommands.class,
            WatchCommand.class,
            DigestCommand.class,
            SweepCommand.class,
            BenchCommand.class,
            SampleCommand.class,
            HelpCommand.class
        },
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:failed; the message says why, --debug shows the stack trace",
            " 2:the command line is wrong, or a benchmark's bar does not hold",
            " 3:demo: something fell short (unanswered, partial, dead letters, recall)"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./dormouse demo --exit            see it work, from nothing to measured answers",
            "  ./dormouse up                     start an empty memory; Ctrl-C stops it",
            "  ./dormouse ingest notes.jsonl --namespace notes",
            "  ./dormouse query --text \"error correcting codes\" -k 5",
            "  ./dormouse query --vector 0.1,0.2,0.3 --namespace notes --json",
            "  ./dormouse namespace create notes --dimension 3 --metric COSINE",
            "  ./dormouse watch                  live view of topics, answers and tiers",
            "",
            "./dormouse help COMMAND tells all about one command."
        })
public final class Dormouse implements Runnable {
    private static final int HELP_COLUMNS = 100;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line, to be executed or asked for its help. */
    public static CommandLine commandLine() {
        Dormouse root = new Dormouse();
        CommandLine commandLine = new CommandLine(root);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpWidth(HELP_COLUMNS);
        commandLine.setParameterExceptionHandler(CommandErrors::handleBadArguments);
        commandLine.setExecutionExceptionHandler(new CommandErrors(() -> root.debug));
        return commandLine;
    }

    /** Without a command: the help. */
    @Override
    public void run() {
        commandLine().usage(System.out);
    }
}
