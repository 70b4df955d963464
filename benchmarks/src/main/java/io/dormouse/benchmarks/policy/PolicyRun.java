// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Plays traces through every policy at every size. */
public final class PolicyRun {
    private static final int THREADS = 2;
    private static final double[] SHARES = {0.01, 0.05, 0.10, 0.20};

    /** One in so many keys is dear in the run by value. */
    private static final int DEAR_EVERY = 10;

    private static final int DEAR_COST = 100;

    private PolicyRun() {}

    /** Hit ratios of one trace at one size, in per cent. */
    public record Point(Trace trace, int capacity, Map<Contestant, Double> hitPercent) {}

    /**
     * What hits saved of the cost of all requests of one trace at one size, in per cent.
     *
     * @param told by the policy told what misses cost
     * @param untold by the same policy told nothing
     */
    public record Saved(Trace trace, int capacity, double told, double untold) {}

    /** Every trace at every size. */
    public static List<Point> run(List<Trace> traces) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Point> points = new ArrayList<>();
            List<Future<?>> running = new ArrayList<>();
            for (Trace trace : traces) {
                for (double share : SHARES) {
                    Point point = new Point(trace, trace.capacity(share), new EnumMap<>(Contestant.class));
                    points.add(point);
                    for (Contestant each : Contestant.values()) {
                        running.add(threads.submit(() -> play(point, each)));
                    }
                }
            }
            for (Future<?> each : running) {
                each.get();
            }
            return points;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void play(Point point, Contestant contestant) {
        double hits = contestant.hitPercent(point.trace, point.capacity);
        synchronized (point.hitPercent) {
            point.hitPercent.put(contestant, hits);
        }
    }

    /** Every trace at every size again, one key in ten costing a hundred times as much. */
    public static List<Saved> runByValue(List<Trace> traces) {
        List<Saved> all = new ArrayList<>();
        for (Trace trace : traces) {
            for (double share : SHARES) {
                int capacity = trace.capacity(share);
                double told = savedPercent(trace, new DormouseCache(capacity, trace.keys(), PolicyRun::cost));
                double untold = savedPercent(trace, new DormouseCache(capacity, trace.keys()));
                all.add(new Saved(trace, capacity, told, untold));
            }
        }
        return all;
    }

    private static double savedPercent(Trace trace, TraceCache cache) {
        long saved = 0;
        long all = 0;
        for (int i = 0; i < trace.length(); i++) {
            int cost = cost(trace.key(i));
            all += cost;
            saved += cache.access(trace.key(i)) ? cost : 0;
        }
        return 100.0 * saved / all;
    }

    /** Cheap and dear keys, spread evenly and always the same. */
    private static int cost(int key) {
        return Math.floorMod(key * 0x9E3779B9 >>> 8, DEAR_EVERY) == 0 ? DEAR_COST : 1;
    }
}
