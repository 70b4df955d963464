// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import io.dormouse.benchmarks.crash.Answers.Asked;
import io.dormouse.benchmarks.crash.CrashItems.Write;
import io.dormouse.local.Topics;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.client.TopicTail;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.WireCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Writes and questions at a constant pace, whatever happens to those who receive them. */
final class Traffic implements AutoCloseable {
    /** Items asked for mostly, and how often one of all is asked for. */
    private static final int YOUNG = 1_000;

    private static final int OLD_ASKED = 10;

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final MemoryClient client;
    private final TopicTail<?> results;
    private final Answers answers;
    private final int writesPerSecond;
    private final int questionsPerSecond;
    private final Map<Integer, Acknowledged> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final long startNanos = System.nanoTime();
    private final Thread writer;
    private final Thread asker;
    private volatile boolean stopped;
    private volatile int writes;
    private CompletableFuture<AfterToken> last;

    private record Acknowledged(int write, AfterToken token) {}

    Traffic(String bootstrap, Topics topics, Answers answers, int writesPerSecond, int questionsPerSecond) {
        this.client = new MemoryClient(bootstrap, topics);
        this.answers = answers;
        this.writesPerSecond = writesPerSecond;
        this.questionsPerSecond = questionsPerSecond;
        this.results =
                new TopicTail<>(bootstrap, topics.results(), WireCodec.RESULT, (raw, result) -> answers.came(result));
        this.writer = started("writes", this::write);
        this.asker = started("questions", this::ask);
    }

    private static Thread started(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void write() {
        for (int number = 0; pace(number, writesPerSecond); number++) {
            Write write = CrashItems.write(number);
            last = client.ingest(write.record());
            last.whenComplete((token, failure) -> {
                if (failure != null) {
                    refused.incrementAndGet();
                } else if (CrashItems.isAsked(write.item())) {
                    acknowledged.merge(
                            write.item(),
                            new Acknowledged(write.number(), token),
                            (old, young) -> old.write() > young.write() ? old : young);
                }
            });
            writes = number + 1;
        }
    }

    private void ask() {
        Random random = new Random(3);
        for (int number = 0; pace(number, questionsPerSecond); number++) {
            int item = item(random, Math.max(1, writes / 10 * 7));
            Acknowledged write = acknowledged.get(item);
            if (write != null) {
                String id = "q" + number;
                answers.asked(id, new Asked(item, write.write(), System.nanoTime()));
                client.ask(
                                CrashItems.question(item)
                                        .setId(id)
                                        .setAfter(List.of(write.token()))
                                        .build(),
                                PATIENCE)
                        .exceptionally(failure -> notSent(id, failure));
            }
        }
    }

    /** Mostly a young item; pages of the others have time to go to object storage, and a few of them are called back. */
    private static int item(Random random, int items) {
        int among = random.nextInt(OLD_ASKED) == 0 ? items : Math.min(items, YOUNG);
        return items - 1 - random.nextInt(among);
    }

    /** A question that no answer came to in time stays open; one that Kafka did not take is no question. */
    private <T> T notSent(String id, Throwable failure) {
        if (!(failure instanceof TimeoutException)) {
            answers.notSent(id);
        }
        return null;
    }

    /** Waits until number {@code number} is due; false when all is to stop. */
    private boolean pace(int number, int perSecond) {
        long due = startNanos + (long) (number * (1e9 / perSecond));
        while (!stopped && System.nanoTime() < due) {
            LockSupport.parkNanos(Math.min(due - System.nanoTime(), 100_000_000));
        }
        return !stopped;
    }

    /** Ends both, and waits until Kafka has every write and every question is answered or has waited too long. */
    void stop() throws Exception {
        stopped = true;
        writer.join();
        asker.join();
        client.flush();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers.missing().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(100);
        }
    }

    /** Where the last write is, once {@link #stop} has returned. */
    AfterToken last() throws Exception {
        return last.get();
    }

    /** Writes sent so far. */
    int writes() {
        return writes;
    }

    /** Writes that Kafka did not take; the digest of two runs does not need them. */
    long refused() {
        return refused.get();
    }

    @Override
    public void close() {
        stopped = true;
        results.close();
        client.close();
    }
}
