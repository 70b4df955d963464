// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

/** A policy of {@code bench policy}. */
public enum Contestant {
    LRU("LRU"),
    ARC("ARC"),
    S3_FIFO("S3-FIFO"),
    W_TINY_LFU("Caffeine"),
    DORMOUSE("dormouse"),
    BELADY("Belady");

    private final String title;

    Contestant(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** Whether it is one of those that cannot see the future, and not ours. */
    public boolean isPeer() {
        return this != DORMOUSE && this != BELADY;
    }

    /** Hits by requests, in per cent, of a cache of so many keys. */
    public double hitPercent(Trace trace, int capacity) {
        long hits = this == BELADY ? BeladyBound.hits(trace, capacity) : hits(trace, cache(capacity, trace.keys()));
        return 100.0 * hits / trace.length();
    }

    private static long hits(Trace trace, TraceCache cache) {
        long hits = 0;
        for (int i = 0; i < trace.length(); i++) {
            hits += cache.access(trace.key(i)) ? 1 : 0;
        }
        return hits;
    }

    private TraceCache cache(int capacity, int keys) {
        return switch (this) {
            case LRU -> new LruPeer(capacity, keys);
            case ARC -> new ArcPeer(capacity, keys);
            case S3_FIFO -> new S3FifoPeer(capacity, keys);
            case W_TINY_LFU -> new CaffeinePeer(capacity, keys);
            case DORMOUSE -> new DormouseCache(capacity, keys);
            case BELADY -> throw new IllegalStateException("Belady is a bound, not a cache: it needs the whole trace");
        };
    }
}
