// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks;

import io.dormouse.benchmarks.BenchReport.Comparison;
import io.dormouse.benchmarks.crash.Answers;
import io.dormouse.benchmarks.crash.CrashRun;
import io.dormouse.benchmarks.crash.CrashRun.Death;
import io.dormouse.benchmarks.crash.Kill;
import io.dormouse.jobs.audit.StateDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench crash}: kill -9 of every process, also inside what must not be torn, and a digest at the end. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description = "Kills TaskManager, JobManager, broker and object store while writes and questions go on, also"
                + " inside splits, demotions, promotions, checkpoints and restores; then compares what the memory"
                + " holds with a run without faults over the same topic.")
public final class CrashBench implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Option(names = "--rounds", description = "Rounds of ten kills; default: ${DEFAULT-VALUE}, with --quick 1.")
    private int rounds = 3;

    @Option(names = "--writes", description = "Writes a second; default: ${DEFAULT-VALUE}.")
    private int writes = 100;

    @Option(names = "--questions", description = "Questions a second; default: ${DEFAULT-VALUE}.")
    private int questions = 20;

    @Override
    public Integer call() throws Exception {
        List<Kill> kills = new ArrayList<>();
        for (int round = 0; round < (options.quick ? 1 : rounds); round++) {
            kills.addAll(Kill.ROUND);
        }
        BenchReport report = new BenchReport("crash");
        try (CrashRun run = new CrashRun(writes, questions)) {
            List<Death> deaths = run.kill(kills, CrashBench::show);
            StateDigest crashed = run.finish();
            System.out.printf("%,d writes; after the kills %s%n", run.writes(), crashed.sum());
            StateDigest clean = run.clean();
            System.out.println("without any " + clean.sum());
            crashed.examples().forEach(System.out::println);
            table(deaths);
            report(report, deaths, run.answers(), crashed, clean);
            long missing = run.alive() - run.refused() - crashed.items();
            report.bar("items missing of those that Kafka took", Math.max(0, missing), Comparison.AT_MOST, 0);
        }
        return options.finish(report);
    }

    private static void show(Death death) {
        System.out.printf(
                "killed %s; first answer after %,d ms, longest silence %,d ms%s%n",
                death.kill().description(),
                death.millisToAnswer(),
                death.silenceMillis(),
                death.at().isEmpty() ? "" : "; its log: " + death.at());
    }

    private void table(List<Death> deaths) {
        TextTable table = new TextTable("killed", "times", "first answer, median ms", "worst ms", "longest silence ms");
        for (Kill kill : Kill.values()) {
            long[] millis = deaths.stream()
                    .filter(death -> death.kill() == kill && death.millisToAnswer() >= 0)
                    .mapToLong(Death::millisToAnswer)
                    .sorted()
                    .toArray();
            long silence = deaths.stream()
                    .filter(death -> death.kill() == kill)
                    .mapToLong(Death::silenceMillis)
                    .max()
                    .orElse(0);
            long times = deaths.stream().filter(death -> death.kill() == kill).count();
            table.row(
                    kill.description(),
                    Long.toString(times),
                    millis.length == 0 ? "-" : "%,d".formatted(millis[millis.length / 2]),
                    millis.length == 0 ? "-" : "%,d".formatted(millis[millis.length - 1]),
                    "%,d".formatted(silence));
        }
        options.show(table);
    }

    private void report(
            BenchReport report, List<Death> deaths, Answers answers, StateDigest crashed, StateDigest clean) {
        System.out.printf(
                "%,d questions: %,d answered right, %,d flagged, %,d wrong, %,d without an answer; %,d answered again by"
                        + " another attempt%n",
                answers.asked(),
                answers.right(),
                answers.flagged(),
                answers.wrong(),
                answers.missing().size(),
                answers.repeated() - answers.alike());
        answers.examples().forEach(System.out::println);
        report.figure("items", crashed.items());
        report.figure(
                "first_answer_worst_ms",
                deaths.stream()
                        .map(Death::millisToAnswer)
                        .max(Comparator.naturalOrder())
                        .orElse(0L));
        report.bar("kills", deaths.size(), Comparison.AT_LEAST, options.quick ? 10 : 30);
        report.bar(
                "digest equals that of the run without faults", crashed.equals(clean) ? 1 : 0, Comparison.AT_LEAST, 1);
        report.bar("faults in either", crashed.faults() + clean.faults(), Comparison.AT_MOST, 0);
        report.bar("questions without an answer", answers.missing().size(), Comparison.AT_MOST, 0);
        report.bar("wrong answers", answers.wrong(), Comparison.AT_MOST, 0);
        report.bar("answers alike in query id and attempt", answers.alike(), Comparison.AT_MOST, 0);
    }
}
