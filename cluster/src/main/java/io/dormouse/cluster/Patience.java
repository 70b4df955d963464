// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what a cluster does in its own time. */
final class Patience {
    private static final int POLL_MILLIS = 50;

    private Patience() {}

    /**
     * Asks again and again until there is an answer; while a JobManager is away it just does not answer.
     *
     * @throws IllegalStateException when there is none in time
     */
    static <T> T await(String what, Duration timeout, Supplier<Optional<T>> question) {
        long end = System.nanoTime() + timeout.toNanos();
        String silence = "";
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            try {
                Optional<T> answer = question.get();
                if (answer.isPresent()) {
                    return answer.get();
                }
                silence = "";
            } catch (FlinkRestException e) {
                silence = ": " + e.getMessage();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
        }
        throw new IllegalStateException("waited " + timeout.toSeconds() + " s for " + what + silence);
    }
}
