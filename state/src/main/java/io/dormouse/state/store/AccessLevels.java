// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

/**
 * How often pages and items were found in each tier, and how long that took (SPEC row DP2). Written by the thread
 * that owns the memory; another may read the counts and sees them as they were a moment ago.
 */
public final class AccessLevels {
    /** Where a block was found, nearest first. */
    public enum Level {
        /** In heap. */
        HOT,
        /** In RocksDB: its memory or its files, which only its own statistics tell apart. */
        WARM,
        /** In object storage. */
        COLD
    }

    /** Hears of single accesses. */
    @FunctionalInterface
    public interface Listener {
        /** @param nanos how long it took, in nanoseconds */
        void accessed(Level level, long nanos);
    }

    /** Of so many heap accesses one is timed, a power of two: a look at the clock costs as much as the access. */
    private static final int HEAP_TIMED_ONE_IN = 256;

    /** Weight of the newest time in the mean. */
    private static final double NEWEST = 1 / 16.0;

    private final long[] counts = new long[Level.values().length];
    private final double[] meanNanos = new double[Level.values().length];
    private Listener listener = (level, nanos) -> {};

    /** @param listener hears of each access below the heap, and of a sample of those in heap */
    public void listen(Listener listener) {
        this.listener = listener;
    }

    /** Counts an access in heap. */
    public void hit() {
        counts[0]++;
    }

    /** Whether the next access in heap is to be timed, by {@link #timedHit}. */
    public boolean timesNextHit() {
        return (counts[0] & HEAP_TIMED_ONE_IN - 1) == 0;
    }

    /** An access in heap that was timed and is counted by {@link #hit} as well. */
    public void timedHit(long nanos) {
        note(Level.HOT, nanos);
    }

    /** Counts an access below the heap. */
    public void read(Level level, long nanos) {
        counts[level.ordinal()]++;
        note(level, nanos);
    }

    private void note(Level level, long nanos) {
        double before = meanNanos[level.ordinal()];
        meanNanos[level.ordinal()] = before == 0 ? nanos : before + NEWEST * (nanos - before);
        listener.accessed(level, nanos);
    }

    /** Accesses so far. */
    public long count(Level level) {
        return counts[level.ordinal()];
    }

    /** What an access takes at present, in nanoseconds; 0 before the first. */
    public double meanNanos(Level level) {
        return meanNanos[level.ordinal()];
    }
}
