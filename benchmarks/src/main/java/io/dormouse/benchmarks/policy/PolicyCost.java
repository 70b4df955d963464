// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;

/** What the hot tier costs a request, beside a bare CLOCK; medians of some rounds, in nanoseconds of processor time. */
public final class PolicyCost {
    private static final int ROUNDS = 5;
    private static final int TOUCHES = 2_000_000;

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private PolicyCost() {}

    /**
     * Nanoseconds a request.
     *
     * @param hot of the hot tier
     * @param clock of the CLOCK
     */
    public record Nanos(double hot, double clock) {}

    /** Touches at random among so many blocks, all in a cache that has room for so many. */
    public static Nanos touches(int blocks, int capacity) {
        long[] keys = new Random(1).ints(TOUCHES, 0, blocks).asLongStream().toArray();
        Trace trace = Trace.of("touches", keys);
        return measure(trace, capacity);
    }

    /** Every request a miss that evicts. */
    public static Nanos misses(int capacity) {
        long[] keys = new long[TOUCHES];
        Arrays.setAll(keys, i -> i);
        return measure(Trace.of("misses", keys), capacity);
    }

    /** A trace as it is. */
    public static Nanos trace(Trace trace, int capacity) {
        return measure(trace, capacity);
    }

    private static Nanos measure(Trace trace, int capacity) {
        double[] hot = new double[ROUNDS];
        double[] clock = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            hot[round] = nanos(trace, () -> new HotTierCache(capacity, trace.keys()));
            clock[round] = nanos(trace, () -> new ClockCache(capacity, trace.keys()));
        }
        Arrays.sort(hot);
        Arrays.sort(clock);
        return new Nanos(hot[ROUNDS / 2], clock[ROUNDS / 2]);
    }

    /** The second of two passes, so that all that fits is in. */
    private static double nanos(Trace trace, Supplier<TraceCache> fresh) {
        TraceCache cache = fresh.get();
        long hits = pass(trace, cache);
        long start = CPU.getCurrentThreadCpuTime();
        hits += pass(trace, cache);
        double nanos = (double) (CPU.getCurrentThreadCpuTime() - start) / trace.length();
        if (hits < 0) {
            throw new IllegalStateException("hits " + hits + " below zero");
        }
        return nanos;
    }

    private static long pass(Trace trace, TraceCache cache) {
        long hits = 0;
        for (int i = 0; i < trace.length(); i++) {
            hits += cache.access(trace.key(i)) ? 1 : 0;
        }
        return hits;
    }
}
