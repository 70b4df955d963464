// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import java.util.List;
import java.util.Locale;

/** Draws a {@link WatchPicture} as text. */
final class WatchFrame {
    private WatchFrame() {}

    static String text(WatchPicture picture, int columns) {
        StringBuilder text = new StringBuilder();
        text.append("Dormouse at ").append(picture.bootstrap()).append("\n\n");
        text.append(String.format(Locale.ROOT, "%-14s %12s %14s%n", "topic", "records/s", "records"));
        for (TopicRates.Rate rate : picture.topics()) {
            text.append(
                    rate.records() < 0
                            ? String.format(Locale.ROOT, "%-14s %12s %14s%n", rate.topic(), "-", "no such topic")
                            : String.format(
                                    Locale.ROOT,
                                    "%-14s %,12.0f %,14d%n",
                                    rate.topic(),
                                    rate.perSecond(),
                                    rate.records()));
        }
        answers(text, picture);
        messages(text, "dead letters", picture.deadLetters(), columns);
        messages(text, "events", picture.events(), columns);
        return text.toString();
    }

    private static void answers(StringBuilder text, WatchPicture picture) {
        WatchTotals totals = picture.totals();
        text.append(String.format(
                Locale.ROOT,
                "%nanswers        %,.0f/s; seen %,d, partial %,d, errors %,d, dead letters %,d%n",
                picture.answersPerSecond(),
                totals.answers(),
                totals.partial(),
                totals.errors(),
                totals.deadLetters()));
        text.append("latency        ")
                .append(percentiles(picture.endToEndMillis()))
                .append("  end to end\n");
        text.append("               ")
                .append(percentiles(picture.operatorMillis()))
                .append("  in the operator\n");
        long pages = totals.pagesHot() + totals.pagesWarm() + totals.pagesCold();
        text.append(String.format(
                Locale.ROOT,
                "pages          hot %s  warm %s  cold %s; rows scored %s of those stored%n",
                share(totals.pagesHot(), pages),
                share(totals.pagesWarm(), pages),
                share(totals.pagesCold(), pages),
                share(totals.rowsScored(), totals.rowsStored())));
    }

    private static String percentiles(double[] millis) {
        return Double.isNaN(millis[0])
                ? "no answers yet"
                : String.format(Locale.ROOT, "p50 %.2f  p95 %.2f  p99 %.2f ms", millis[0], millis[1], millis[2]);
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
    }

    private static void messages(StringBuilder text, String title, List<String> messages, int columns) {
        text.append('\n').append(title).append(messages.isEmpty() ? ": none\n" : "\n");
        for (String message : messages) {
            String line = "  " + message.replace('\n', ' ');
            text.append(line.length() < columns ? line : line.substring(0, columns - 1))
                    .append('\n');
        }
    }
}
