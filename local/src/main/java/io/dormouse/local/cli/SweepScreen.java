// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dormouse.jobs.sweep.Root;
import io.dormouse.jobs.sweep.RootSegments;
import io.dormouse.jobs.sweep.RootSegments.Source;
import io.dormouse.state.sweep.SweepProgress;
import io.dormouse.state.sweep.SweepReport;
import io.dormouse.state.sweep.SweepReport.Count;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows how far a sweep has come, on standard error, and its report, on standard output, as text or JSON. */
final class SweepScreen implements SweepProgress {
    private static final long EVERY_NANOS = 2_000_000_000L;
    private static final int NAMED_MAX = 20;

    private final boolean json;
    private long shownNanos = System.nanoTime();

    SweepScreen(boolean json) {
        this.json = json;
    }

    @Override
    public synchronized void at(String what, long done, long total) {
        if (System.nanoTime() - shownNanos >= EVERY_NANOS) {
            shownNanos = System.nanoTime();
            System.err.println(
                    total == 0
                            ? String.format(Locale.ROOT, "%,d %s", done, what)
                            : String.format(Locale.ROOT, "%,d of %,d %s", done, total, what));
        }
    }

    void report(SweepReport report, Map<Root, RootSegments> roots) throws JsonProcessingException {
        if (json) {
            System.out.println(json(report, roots));
        } else {
            text(report, roots);
        }
    }

    private static String json(SweepReport report, Map<Root, RootSegments> roots) throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode tree = mapper.valueToTree(report);
        ArrayNode all = tree.putArray("roots");
        sorted(roots)
                .forEach(each -> all.addObject()
                        .put("path", each.getKey().path())
                        .put("registered", each.getKey().registered())
                        .put("modifiedMillis", each.getKey().modifiedMillis())
                        .put("segments", each.getValue().names().size())
                        .put("source", each.getValue().source().name()));
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }

    private static List<Map.Entry<Root, RootSegments>> sorted(Map<Root, RootSegments> roots) {
        return roots.entrySet().stream()
                .sorted(Comparator.comparing(each -> each.getKey().path()))
                .toList();
    }

    private static void text(SweepReport report, Map<Root, RootSegments> roots) {
        for (Map.Entry<Root, RootSegments> each : sorted(roots)) {
            System.out.printf(
                    "%-11s %s: %,d segment(s)%s%n",
                    each.getKey().registered() ? "registered" : "checkpoint",
                    each.getKey().path(),
                    each.getValue().names().size(),
                    note(each.getValue().source()));
        }
        line("needed", report.referenced(), "");
        line("young", report.young(), "nothing needs them, not yet old enough");
        line("old", report.old(), "nothing needs them; " + done(report, report.moved(), "moved to the trash"));
        line("in trash", report.inTrash(), "");
        line("  expired", report.expired(), done(report, report.deleted(), "deleted"));
        line("  needed", report.toRestore(), done(report, report.restored(), "brought back"));
        if (report.unknown() > 0) {
            System.out.printf("%-11s %,d object(s), left alone, such as:%n", "unknown", report.unknown());
            report.unknownExamples().forEach(path -> System.out.println("  " + path));
        }
        if (!report.applied()) {
            System.out.println("Nothing was touched: --apply does it.");
        }
        complaints(report);
    }

    private static String note(Source source) {
        return switch (source) {
            case NAMES -> "";
            case REFERENCES -> ", found in its keyed state";
            case NO_MEMORY -> ", of a job without a paged memory";
        };
    }

    private static String done(SweepReport report, Count count, String what) {
        return report.applied() ? String.format(Locale.ROOT, "%,d %s", count.segments(), what) : "to be " + what;
    }

    private static void line(String label, Count count, String note) {
        System.out.printf(
                Locale.ROOT,
                "%-11s %,7d segment(s) %,12.1f MB  %s%n",
                label,
                count.segments(),
                count.bytes() / 1e6,
                note);
    }

    private static void complaints(SweepReport report) {
        if (!report.missing().isEmpty()) {
            System.err.printf(
                    "dormouse: %,d segment(s) are missing that a checkpoint or savepoint needs; until that is mended, or"
                            + " --despite-missing says that they are lost, nothing is taken away. Is this where its"
                            + " cold pages lie?%n",
                    report.missing().size());
            report.missing().stream().limit(NAMED_MAX).forEach(name -> System.err.println("  " + name));
        }
        report.failures().forEach(failure -> System.err.println("dormouse: " + failure));
    }
}
