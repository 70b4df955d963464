// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong in one line; the stack trace is for those who ask. */
public final class CommandErrors implements IExecutionExceptionHandler {
    private final BooleanSupplier debug;

    /** {@code debug} tells whether stack traces are wanted. */
    public CommandErrors(BooleanSupplier debug) {
        this.debug = Objects.requireNonNull(debug);
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        commandLine.getErr().println("dormouse: " + message);
        if (debug.getAsBoolean()) {
            failure.printStackTrace(commandLine.getErr());
        }
        return commandLine.getCommandSpec().exitCodeOnExecutionException();
    }

    /** Says what is wrong with the arguments, and where to read on. */
    public static int handleBadArguments(ParameterException failure, String[] arguments) {
        CommandLine commandLine = failure.getCommandLine();
        commandLine.getErr().println("dormouse: " + failure.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(failure, commandLine.getErr())) {
            commandLine
                    .getErr()
                    .println("Try ./"
                            + commandLine
                                    .getCommandSpec()
                                    .qualifiedName()
                                    .replaceFirst("dormouse ?", "dormouse help "));
        }
        return commandLine.getCommandSpec().exitCodeOnInvalidInput();
    }
}
