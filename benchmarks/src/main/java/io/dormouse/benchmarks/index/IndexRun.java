// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import io.dormouse.benchmarks.index.Curve.Point;
import io.dormouse.benchmarks.index.EngineProcess.Inserted;
import io.dormouse.benchmarks.index.EngineProcess.Measured;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures engines on one set. Each engine lives in a process of its own with one thread that works; all of them hold
 * their index at the same time, and in every round they take turns, effort after effort, so that what else the machine
 * does meets them alike. Rates are by CPU time: this process, its garbage collection included, and nobody else's.
 */
public final class IndexRun {
    /** Below, an answer is of no use; above, only noise is left. */
    private static final double RECALL_MIN = 0.80;

    private static final double RECALL_ENOUGH = 0.995;

    /** When more effort gains less, the engine has found what it will. */
    private static final double RECALL_GAIN_MIN = 0.0005;

    private static final double NANOS_PER_SECOND = 1e9;

    private final IndexSet set;
    private final Path folder;
    private final Plan plan;
    private final PrintStream progress;

    /** How long to measure. */
    public record Plan(int rounds, int millisEach, int warmUpMillis) {
        public static Plan full() {
            return new Plan(3, 400, 3_000);
        }

        public static Plan quick() {
            return new Plan(2, 150, 1_500);
        }
    }

    public IndexRun(IndexSet set, Path folder, Plan plan, PrintStream progress) {
        this.set = set;
        this.folder = folder;
        this.plan = plan;
        this.progress = progress;
    }

    /** Builds every engine's index, then measures all of them. */
    public List<Curve> run(List<EngineName> engines, Function<EngineName, EngineProcess.Host> hosts, Path logs)
            throws IOException {
        Files.createDirectories(logs);
        List<Running> running = new ArrayList<>();
        try {
            for (EngineName engine : engines) {
                Path log = logs.resolve(set.folder() + "-" + engine + ".log");
                Running one = new Running(new EngineProcess(engine, set, folder, hosts.apply(engine), log));
                running.add(one);
                prepare(one);
            }
            for (int round = 0; round < plan.rounds(); round++) {
                progress.printf("%s: round %d of %d%n", set.folder(), round + 1, plan.rounds());
                measureRound(running);
            }
            return running.stream().map(Running::curve).toList();
        } finally {
            for (Running each : running) {
                each.process.close();
            }
        }
    }

    /** Builds, finds the efforts worth measuring, and warms up. */
    private void prepare(Running engine) throws IOException {
        progress.printf("%s: %s inserts ...%n", set.folder(), engine.process.name());
        engine.inserted = engine.process.insert();
        progress.printf(
                "%s: %s took %.1f s, %.1f s of them CPU%n",
                set.folder(),
                engine.process.name(),
                engine.inserted.wallNanos() / NANOS_PER_SECOND,
                engine.inserted.cpuNanos() / NANOS_PER_SECOND);
        int[] efforts = engine.process.efforts();
        engine.process.measure(efforts[efforts.length / 2], plan.warmUpMillis());
        double before = 0;
        for (int effort : efforts) {
            double recall = engine.process.recall(effort);
            if (recall >= RECALL_MIN) {
                engine.recalls.put(effort, recall);
            }
            if (recall >= RECALL_ENOUGH || (before >= RECALL_MIN && recall - before < RECALL_GAIN_MIN)) {
                break;
            }
            before = recall;
        }
    }

    private void measureRound(List<Running> running) throws IOException {
        int longest =
                running.stream().mapToInt(each -> each.recalls.size()).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (Running engine : running) {
                List<Integer> efforts = List.copyOf(engine.recalls.keySet());
                if (i < efforts.size()) {
                    Measured measured = engine.process.measure(efforts.get(i), plan.millisEach());
                    engine.rates
                            .computeIfAbsent(efforts.get(i), absent -> new ArrayList<>())
                            .add(measured.queries() * NANOS_PER_SECOND / measured.cpuNanos());
                }
            }
        }
    }

    /** An engine's process and what was measured of it. */
    private final class Running {
        final EngineProcess process;
        final Map<Integer, Double> recalls = new LinkedHashMap<>();
        final Map<Integer, List<Double>> rates = new LinkedHashMap<>();
        Inserted inserted;

        Running(EngineProcess process) {
            this.process = process;
        }

        Curve curve() {
            List<Point> points = new ArrayList<>();
            recalls.forEach((effort, recall) -> points.add(new Point(effort, recall, median(rates.get(effort)))));
            double perSecond = inserted.rows() * NANOS_PER_SECOND / inserted.cpuNanos();
            return new Curve(process.name(), inserted.implementation(), perSecond, points);
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
