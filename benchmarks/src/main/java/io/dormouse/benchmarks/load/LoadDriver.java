// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks numbered queries, as fast as they are answered or at a given pace, and measures their answers. One thread sends; the
 * transport's threads receive.
 */
public final class LoadDriver implements AutoCloseable {
    private static final int LATENCIES_MAX = 1 << 20;

    private final QueryTransport transport;
    private final AtomicLong received = new AtomicLong();
    private final long[] sentNanos = new long[LATENCIES_MAX];
    private final long[] latencyNanos = new long[LATENCIES_MAX];
    private final byte[][] values = new byte[LATENCIES_MAX][];
    private final int keepEvery;
    private volatile boolean keepResults;
    private long next;

    /** Keeps every result of paced rounds. */
    public LoadDriver(QueryTransport transport) {
        this(transport, 1);
    }

    /**
     * @param keepEvery of so many results of paced rounds one is kept. Where memory and driver share a heap, results
     *     that are kept are what its collections have to copy
     */
    public LoadDriver(QueryTransport transport, int keepEvery) {
        this.keepEvery = keepEvery;
        this.transport = Objects.requireNonNull(transport, "transport");
        transport.start(this::answered);
    }

    /** What a paced run saw: sorted latencies in milliseconds, and the results that were kept. */
    public record Paced(double[] latencyMillis, List<byte[]> results) {
        public double percentile(double share) {
            return latencyMillis[(int) Math.min(latencyMillis.length - 1L, (long) (share * latencyMillis.length))];
        }
    }

    /** Keeps a window of queries in flight for a time and returns answers per second. */
    public double saturate(Duration duration, int window) {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        long before = received.get();
        long sentBefore = next;
        while (System.nanoTime() < end) {
            if (next - sentBefore - (received.get() - before) < window) {
                transport.send(next++);
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
        double rate = (received.get() - before) / ((System.nanoTime() - start) / 1e9);
        awaitReceived(before + next - sentBefore);
        return rate;
    }

    /** Sends at a constant pace, whatever the answers do, and measures each from when it was due. */
    public Paced pace(Duration duration, int perSecond) {
        keepResults = true;
        long first = next;
        long before = received.get();
        long start = System.nanoTime();
        int count = Math.toIntExact(duration.toMillis() * perSecond / 1000);
        for (int i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            }
            sentNanos[(int) (next % LATENCIES_MAX)] = due;
            transport.send(next++);
        }
        awaitReceived(before + count);
        double[] millis = new double[count];
        List<byte[]> results = new ArrayList<>(count / keepEvery + 1);
        for (int i = 0; i < count; i++) {
            int slot = (int) ((first + i) % LATENCIES_MAX);
            millis[i] = latencyNanos[slot] / 1e6;
            if (values[slot] != null) {
                results.add(values[slot]);
                values[slot] = null;
            }
        }
        keepResults = false;
        Arrays.sort(millis);
        return new Paced(millis, results);
    }

    private void awaitReceived(long count) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (received.get() < count) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException((count - received.get()) + " queries were not answered within 60 s");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void answered(long number, byte[] value) {
        int slot = (int) (number % LATENCIES_MAX);
        latencyNanos[slot] = System.nanoTime() - sentNanos[slot];
        if (keepResults && number % keepEvery == 0) {
            values[slot] = value;
        }
        received.incrementAndGet();
    }

    @Override
    public void close() {
        transport.close();
    }
}
