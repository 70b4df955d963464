// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.local.client.MemoryClient;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Upserts rows of a set again and again at a constant pace, in the background. */
final class IngestPace implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopped;

    IngestPace(MemoryClient client, VectorSet set, int perSecond) {
        thread = new Thread(() -> run(client, set, perSecond), "ingest pace");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(MemoryClient client, VectorSet set, int perSecond) {
        Random random = new Random(11);
        long start = System.nanoTime();
        for (long i = 0; !stopped; i++) {
            long due = start + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            client.ingest(set.item(random.nextInt(set.base().length)));
        }
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
