// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Shows how far a stream of records has come, with its rate: a bar that is redrawn on a terminal, a line every now and
 * then elsewhere. Thread-safe.
 */
final class ProgressBar {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long LINE_NANOS = 2_000_000_000L;
    private static final int WIDTH_MAX = 40;

    private final Screen screen;
    private final String label;
    private final long total;
    private final LongSupplier clockNanos;
    private final long startNanos;
    private long drawnNanos;
    private long done;

    /** Starts the clock; {@code total} is 0 when it is not known. */
    ProgressBar(Screen screen, String label, long total, LongSupplier clockNanos) {
        this.screen = Objects.requireNonNull(screen);
        this.label = Objects.requireNonNull(label);
        this.total = total;
        this.clockNanos = clockNanos;
        this.startNanos = clockNanos.getAsLong();
        this.drawnNanos = startNanos;
    }

    /** Says that {@code count} more records are done. */
    synchronized void add(long count) {
        done += count;
        long now = clockNanos.getAsLong();
        if (now - drawnNanos >= (screen.isTerminal() ? REDRAW_NANOS : LINE_NANOS)) {
            drawnNanos = now;
            draw(now);
        }
    }

    /** Ends the bar with one last line, and returns the seconds it took. */
    synchronized double finish() {
        long now = clockNanos.getAsLong();
        screen.status("");
        screen.line(text(now));
        return (now - startNanos) / 1e9;
    }

    private void draw(long now) {
        if (screen.isTerminal()) {
            screen.status(text(now));
        } else {
            screen.line(text(now));
        }
    }

    private String text(long now) {
        double seconds = Math.max(1e-9, (now - startNanos) / 1e9);
        String rate = String.format(Locale.ROOT, "%,.0f/s", done / seconds);
        if (total == 0) {
            return String.format(Locale.ROOT, "%s %,d  %s", label, done, rate);
        }
        String figures = String.format(Locale.ROOT, "%3d%%  %,d of %,d  %s", 100 * done / total, done, total, rate);
        int width = Math.min(WIDTH_MAX, screen.columns() - label.length() - figures.length() - 6);
        if (width < 5) {
            return label + " " + figures;
        }
        int filled = (int) (width * done / total);
        return label + " [" + "#".repeat(filled) + "-".repeat(width - filled) + "] " + figures;
    }
}
