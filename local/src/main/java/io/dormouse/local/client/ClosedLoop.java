// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.client;

import io.dormouse.schema.QueryRecord;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Asks questions with a fixed number of them in flight: the next is asked as soon as one is answered. */
public final class ClosedLoop {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final MemoryClient client;
    private final LongFunction<QueryRecord> questions;
    private final int inFlight;

    /**
     * What a run did.
     *
     * @param answers questions answered without an error, whole or partial
     * @param partial answers flagged partial
     * @param failed questions answered with an error or not at all
     * @param seconds from the first question to the last answer
     * @param latencies of the answers
     */
    public record Outcome(long answers, long partial, long failed, double seconds, Latencies latencies) {
        /** Answers a second. */
        public double perSecond() {
            return answers / seconds;
        }
    }

    /** Asks what {@code questions} yields for 0, 1, 2 and so on; ids must differ. */
    public ClosedLoop(MemoryClient client, LongFunction<QueryRecord> questions, int inFlight) {
        this.client = Objects.requireNonNull(client);
        this.questions = Objects.requireNonNull(questions);
        this.inFlight = inFlight;
    }

    /** Asks for {@code duration}, but at most {@code max} questions, and waits for the last answer. */
    public Outcome run(Duration duration, long max) throws InterruptedException {
        Semaphore free = new Semaphore(inFlight);
        AtomicLong answers = new AtomicLong();
        AtomicLong partial = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        Latencies latencies = new Latencies(1_000_000);
        long start = System.nanoTime();
        for (long i = 0; i < max && System.nanoTime() - start < duration.toNanos(); i++) {
            free.acquire();
            client.ask(questions.apply(i), TIMEOUT).whenComplete((answer, failure) -> {
                if (failure != null || answer.result().getError() != null) {
                    failed.incrementAndGet();
                } else {
                    answers.incrementAndGet();
                    partial.addAndGet(answer.result().getPartial() ? 1 : 0);
                    latencies.add(answer.latencyNanos());
                }
                free.release();
            });
        }
        free.acquire(inFlight);
        return new Outcome(answers.get(), partial.get(), failed.get(), (System.nanoTime() - start) / 1e9, latencies);
    }
}
