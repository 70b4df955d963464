// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.local.cli;

import io.dormouse.local.EmbeddedStack;
import io.dormouse.local.RunningStack;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** A stack that other commands may find, closed in good order on Ctrl-C. */
final class ServedStack implements AutoCloseable {
    private final EmbeddedStack stack;
    private final RunningStack running;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "stop");

    ServedStack(EmbeddedStack stack) {
        this.stack = Objects.requireNonNull(stack);
        this.running = new RunningStack(
                stack.bootstrap(),
                stack.flink().webAddress().toString(),
                ProcessHandle.current().pid());
        running.remember();
        Runtime.getRuntime().addShutdownHook(hook);
    }

    EmbeddedStack stack() {
        return stack;
    }

    /** Prints the addresses, and how to speak to this stack. */
    void describe(Screen screen, Path logFile) {
        String broker = stack.bootstrap();
        screen.line("");
        screen.line("  Kafka broker   " + broker);
        screen.line("  Flink web UI   " + stack.flink().webAddress());
        stack.coldPath().ifPresent(path -> screen.line("  cold pages     " + path + coldServer()));
        screen.line("  log            " + logFile);
        screen.line("");
        screen.line("Speak to it with any Kafka client, one JSON object a record:");
        screen.line(
                "  echo '{\"namespace\":\"notes\",\"id\":\"a1\",\"vector\":[0.1,0.9],\"payload\":\"hello\"}' | kcat -b "
                        + broker + " -t " + stack.topics().ingest() + " -P");
        screen.line("  echo '{\"id\":\"q1\",\"namespace\":\"notes\",\"vector\":[0.2,0.8],\"k\":3}' | kcat -b " + broker
                + " -t " + stack.topics().queries() + " -P");
        screen.line("  kcat -b " + broker + " -t " + stack.topics().results() + " -C -o -1 -e");
        screen.line("or with this one, which finds the broker by itself:");
        screen.line("  ./dormouse query --vector 0.2,0.8 --namespace notes");
        screen.line("  ./dormouse watch");
        screen.line("");
        screen.line("Ctrl-C stops it.");
    }

    private String coldServer() {
        return stack.objectStore().map(server -> " at " + server.endpoint()).orElse("");
    }

    /** Waits for Ctrl-C. */
    void awaitStop() throws InterruptedException {
        stop.await();
    }

    private void stopAndWait() {
        stop.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            running.forget();
            stack.close();
        } finally {
            closed.countDown();
        }
        if (stop.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
