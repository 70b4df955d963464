// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.crash;

import io.dormouse.benchmarks.process.ComparedMemory;
import io.dormouse.jobs.audit.StateDigest;
import io.dormouse.local.client.MemoryClient;
import io.dormouse.local.cluster.ProcessStack;
import io.dormouse.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The whole memory as processes, of which one after another is killed while writes and questions go on. In the end the
 * memory's savepoint is digested, and a second job reads the same ingest topic without any fault: both must hold the same.
 */
public final class CrashRun implements AutoCloseable {
    private static final Duration DEATH_TIMEOUT = Duration.ofSeconds(180);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(240);

    /** Answers that must come before the next process is killed: some seconds of questions. */
    private static final int SETTLED_ANSWERS = 60;

    private static final long UNKNOWN = -1;

    private static final Duration SETTLE_MILLIS_MAX = Duration.ofSeconds(4);

    private final ComparedMemory memory;
    private final ProcessStack stack;
    private final Answers answers = new Answers();
    private final Traffic traffic;
    private final Random random = new Random(5);

    /**
     * One kill.
     *
     * @param at its fault point as the dead process's log has it; empty when it was killed from outside
     * @param millisToAnswer from the death to the first answer to a question asked after it; -1 when the process died again before
     * @param silenceMillis the longest time without any answer before the next kill
     */
    public record Death(Kill kill, String at, long millisToAnswer, long silenceMillis) {}

    public CrashRun(int writesPerSecond, int questionsPerSecond) throws IOException {
        memory = new ComparedMemory(options -> options.withHighAvailability()
                .withJob("memory.scan-page-bytes", "8 kb")
                .withJob("memory.raw-page-bytes", "4 kb")
                .withJob("memory.hot-bytes-max", "64 mb")
                .withJob("memory.warm-age", "3 s")
                .withJob("memory.cold-age", "5 s")
                .withJob("memory.cold-segment-bytes", "512 kb")
                .withJob("memory.recall-sampling-share", "0"));
        stack = memory.stack();
        traffic = new Traffic(stack.bootstrap(), stack.topics(), answers, writesPerSecond, questionsPerSecond);
    }

    /** Kills in this order, each when answers come again after the one before. */
    public List<Death> kill(List<Kill> kills, Consumer<Death> progress) throws Exception {
        List<Death> deaths = new ArrayList<>();
        settle();
        for (int i = 0; i < kills.size(); i++) {
            Kill next = i + 1 < kills.size() ? kills.get(i + 1) : Kill.TASK_MANAGER;
            answers.takeSilenceMillis();
            Death death = kill(kills.get(i), next);
            deaths.add(death);
            progress.accept(death);
        }
        return deaths;
    }

    private Death kill(Kill kill, Kill next) throws Exception {
        ServerProcess taskManager = newestTaskManager();
        if (kill.point() == null) {
            Thread.sleep(random.nextInt((int) SETTLE_MILLIS_MAX.toMillis()));
        } else {
            awaitDeath(taskManager, kill);
        }
        Instant killed = Instant.now();
        long killedNanos = System.nanoTime();
        CompletableFuture<Long> answered = new CompletableFuture<>();
        switch (kill) {
            case JOB_MANAGER -> stack.jobManager().kill();
            case BROKER -> stack.broker().kill();
            case OBJECT_STORE -> stack.objectStore().kill();
            default -> taskManager.kill();
        }
        answers.onNext(killedNanos, () -> answered.complete((System.nanoTime() - killedNanos) / 1_000_000));
        switch (kill) {
            case JOB_MANAGER -> stack.jobManager().start();
            case BROKER -> stack.broker().start();
            case OBJECT_STORE -> stack.objectStore().restart();
            default -> stack.startTaskManager(next.jvmOptions());
        }
        String at = at(kill, taskManager);
        long millis = millis(answered);
        if (kill == Kill.JOB_MANAGER) {
            stack.job().awaitRunningSince(killed, ANSWER_TIMEOUT); // until it is noticed, tasks go on
        }
        if (next.point() == null) {
            settle();
        }
        return new Death(kill, at, millis, answers.takeSilenceMillis());
    }

    /** A process that is to halt by itself may do so before it has answered: then there is nothing to measure. */
    private long millis(CompletableFuture<Long> answered) throws Exception {
        CompletableFuture<Long> diedBefore =
                newestTaskManager().handle().onExit().thenApply(dead -> UNKNOWN);
        try {
            return (long)
                    CompletableFuture.anyOf(answered, diedBefore).get(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "no answer came within " + ANSWER_TIMEOUT.toSeconds() + " s: the job is "
                            + stack.job().status() + " " + stack.job().lastFailure(),
                    e);
        }
    }

    private ServerProcess newestTaskManager() {
        return stack.taskManager(stack.flink().taskManagers() - 1);
    }

    private void awaitDeath(ServerProcess taskManager, Kill kill) throws Exception {
        try {
            taskManager.handle().onExit().get(DEATH_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    kill.point() + " was not reached within " + DEATH_TIMEOUT.toSeconds() + " s: see "
                            + taskManager.log(),
                    e);
        }
    }

    /** What the dead process's log says of its fault point. */
    private static String at(Kill kill, ServerProcess taskManager) throws IOException {
        if (kill.point() == null) {
            return "";
        }
        return Files.readAllLines(taskManager.log()).stream()
                .filter(line -> line.contains(kill.point().name()) && line.contains("halt"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        taskManager.log() + " does not say that " + kill.point() + " was reached"));
    }

    /** Until questions have been answered for a while. */
    private void settle() throws Exception {
        long before = answers.right();
        long end = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (answers.right() < before + SETTLED_ANSWERS) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("only " + (answers.right() - before) + " right answers within "
                        + ANSWER_TIMEOUT.toSeconds() + " s; job " + stack.job().status() + ": "
                        + stack.job().lastFailure());
            }
            Thread.sleep(20);
        }
    }

    /** What came back so far. */
    public Answers answers() {
        return answers;
    }

    /** Ends writes and questions; returns what the memory holds then. */
    public StateDigest finish() throws Exception {
        traffic.stop();
        return digest();
    }

    /** What a memory holds that read the same topic without any fault. */
    public StateDigest clean() throws Exception {
        memory.startSecond(2);
        return digest();
    }

    private StateDigest digest() throws Exception {
        try (MemoryClient client = memory.client()) {
            memory.awaitApplied(client, CrashItems.question(0), traffic.last());
        }
        return memory.digest();
    }

    /** Writes sent so far. */
    public int writes() {
        return traffic.writes();
    }

    /** Writes of them that Kafka did not take. */
    public long refused() {
        return traffic.refused();
    }

    /** Items that all writes together leave alive. */
    public int alive() {
        return CrashItems.alive(traffic.writes());
    }

    @Override
    public void close() throws IOException {
        traffic.close();
        memory.close();
    }
}
