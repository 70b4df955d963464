// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Does the same with many objects, several at a time; a failure concerns its object only, until there are too many. */
final class ParallelWork {
    private final int threads;
    private final int failuresMax;
    private final List<String> failures;

    /** What is done with one object. */
    interface Step {
        void run(ColdObject object) throws IOException;
    }

    /**
     * @param threads 1 = the calling one
     * @param failures gets what failed, in words; when it holds {@code failuresMax} nothing more is begun
     */
    ParallelWork(int threads, int failuresMax, List<String> failures) {
        this.threads = threads;
        this.failuresMax = failuresMax;
        this.failures = failures;
    }

    /** @param done is told how many objects are done with */
    void run(List<ColdObject> work, Step step, LongConsumer done) {
        AtomicInteger next = new AtomicInteger();
        Runnable worker = () -> {
            for (int i = next.getAndIncrement(); i < work.size() && goesOn(); i = next.getAndIncrement()) {
                run(work.get(i), step);
                done.accept(Math.min(next.get(), work.size()));
            }
        };
        if (threads == 1 || work.size() <= 1) {
            worker.run();
            return;
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CompletableFuture.allOf(IntStream.range(0, threads)
                            .mapToObj(each -> CompletableFuture.runAsync(worker, pool))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            pool.shutdownNow();
        }
    }

    private void run(ColdObject object, Step step) {
        try {
            step.run(object);
        } catch (IOException e) {
            synchronized (failures) {
                failures.add(object.path() + ": " + e.getMessage());
            }
        }
    }

    private boolean goesOn() {
        synchronized (failures) {
            return failures.size() < failuresMax;
        }
    }
}
