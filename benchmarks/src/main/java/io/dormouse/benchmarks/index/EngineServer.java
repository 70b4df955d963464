// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.index;

import com.sun.management.OperatingSystemMXBean;
import io.dormouse.benchmarks.data.VectorSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process with one engine and one set, which does what it is told line by line on standard input and answers each with
 * a line on standard output, so that engines can take turns on one machine. What the engine itself prints goes to
 * standard error.
 *
 * <ul>
 *   <li>{@code insert}: {@code rows wall-nanos cpu-nanos implementation}
 *   <li>{@code efforts}: the engine's efforts
 *   <li>{@code recall EFFORT}: asks every query once; the share of the true nearest ten that were found
 *   <li>{@code measure EFFORT MILLIS}: asks queries in turn for so much CPU time; {@code queries wall-nanos cpu-nanos}
 * </ul>
 *
 * <p>CPU time is that of the whole process, so that collecting garbage counts.
 */
final class EngineServer {
    static final int K = 10;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int QUERIES_BETWEEN_LOOKS = 16;

    private final IndexEngine engine;
    private final IndexSet kind;
    private final VectorSet set;
    private final int[] found = new int[K];
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private int nextQuery;

    private EngineServer(IndexEngine engine, IndexSet kind, VectorSet set) {
        this.engine = engine;
        this.kind = kind;
        this.set = set;
    }

    /** Arguments: engine, set, folder of the set. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        IndexSet kind = IndexSet.valueOf(args[1]);
        VectorSet set = kind.load(Path.of(args[2]));
        try (IndexEngine engine = new EngineName(args[0]).open();
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            EngineServer server = new EngineServer(engine, kind, set);
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                answers.println(server.answer(line.split(" ")));
                answers.flush();
            }
        }
        System.exit(0); // an engine may have left threads behind
    }

    private String answer(String[] command) throws IOException {
        return switch (command[0]) {
            case "insert" -> insert();
            case "efforts" -> efforts();
            case "recall" -> Double.toString(recall(Integer.parseInt(command[1])));
            case "measure" -> measure(Integer.parseInt(command[1]), Integer.parseInt(command[2]));
            default -> throw new IllegalArgumentException("command '" + command[0] + "' is unknown");
        };
    }

    private String insert() throws IOException {
        engine.open(set, kind.distance());
        long wall = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        engine.insert(set.base());
        cpu = system.getProcessCpuTime() - cpu;
        wall = System.nanoTime() - wall;
        return set.base().length + " " + wall + " " + cpu + " " + engine.implementation();
    }

    private String efforts() {
        StringBuilder efforts = new StringBuilder();
        for (int effort : engine.efforts()) {
            efforts.append(effort).append(' ');
        }
        return efforts.toString().trim();
    }

    private double recall(int effort) throws IOException {
        long right = 0;
        for (int q = 0; q < set.queries().length; q++) {
            int count = engine.search(q, effort, found);
            for (int i = 0; i < count; i++) {
                right += isTrue(q, found[i]) ? 1 : 0;
            }
        }
        return right / (double) (K * set.queries().length);
    }

    private boolean isTrue(int query, int row) {
        for (int i = 0; i < K; i++) {
            if (set.truth()[query][i] == row) {
                return true;
            }
        }
        return false;
    }

    private String measure(int effort, int cpuMillis) throws IOException {
        long queries = 0;
        long spent = 0;
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        while (spent < cpuMillis * NANOS_PER_MILLI) {
            for (int i = 0; i < QUERIES_BETWEEN_LOOKS; i++) {
                engine.search(nextQuery, effort, found);
                nextQuery = (nextQuery + 1) % set.queries().length;
            }
            queries += QUERIES_BETWEEN_LOOKS;
            spent = system.getProcessCpuTime() - cpu;
        }
        return queries + " " + (System.nanoTime() - start) + " " + spent;
    }
}
