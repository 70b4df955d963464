// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.load;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Upserts random rows of a set again and again, in the background, at a constant pace or as fast as they are taken. */
public final class IngestPace implements AutoCloseable {
    /** No pace: as fast as the memory takes them. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private final Thread thread;
    private final long startNanos = System.nanoTime();
    private volatile boolean stopped;
    private volatile long sent;

    /** @param upsert sends a row; may block */
    public IngestPace(int rows, int perSecond, IntConsumer upsert) {
        thread = new Thread(() -> run(rows, perSecond, upsert), "ingest pace");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(int rows, int perSecond, IntConsumer upsert) {
        Random random = new Random(11);
        for (long i = 0; !stopped; i++) {
            long due = startNanos + (long) (i * (1e9 / perSecond));
            while (perSecond != UNLIMITED && System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            upsert.accept(random.nextInt(rows));
            sent = i + 1;
        }
    }

    /** Rows sent so far. */
    public long sent() {
        return sent;
    }

    /** Rows sent a second, so far. */
    public double perSecond() {
        return sent / ((System.nanoTime() - startNanos) / 1e9);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
