// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.io.PrintStream;
import java.util.Objects;

/** Where a command prints: a terminal that can redraw a line, or a plain stream of lines. Thread-safe. */
final class Screen {
    /** The launcher sets it when standard output is a terminal; Java itself tells differently from version to version. */
    static final String TERMINAL_PROPERTY = "dormouse.terminal";

    static final String COLUMNS_PROPERTY = "dormouse.columns";
    private static final int COLUMNS_DEFAULT = 100;
    private static final int COLUMNS_MIN = 40;

    private final PrintStream out;
    private final boolean terminal;
    private final int columns;
    private String status = "";

    Screen(PrintStream out, boolean terminal, int columns) {
        this.out = Objects.requireNonNull(out);
        this.terminal = terminal;
        this.columns = columns;
    }

    static Screen standard() {
        return new Screen(
                System.out,
                Boolean.getBoolean(TERMINAL_PROPERTY),
                Math.max(COLUMNS_MIN, Integer.getInteger(COLUMNS_PROPERTY, COLUMNS_DEFAULT)));
    }

    boolean isTerminal() {
        return terminal;
    }

    int columns() {
        return columns;
    }

    /** Prints a line, above the status line if there is one. */
    synchronized void line(String text) {
        if (terminal && !status.isEmpty()) {
            out.print("\r\033[K");
        }
        out.println(text);
        if (terminal && !status.isEmpty()) {
            out.print(status);
        }
        out.flush();
    }

    /** Replaces the status line at the bottom of a terminal; an empty one ends it. On a plain stream prints nothing. */
    synchronized void status(String text) {
        if (terminal) {
            status = text.length() < columns ? text : text.substring(0, columns - 1);
            out.print("\r\033[K" + status);
            out.flush();
        }
    }

    /** Replaces the whole picture of a terminal; a plain stream gets it below the last one. */
    synchronized void frame(String text) {
        if (terminal) {
            out.print("\033[H" + text.replace("\n", "\033[K\n") + "\033[J");
        } else {
            out.println(text);
        }
        out.flush();
    }
}
