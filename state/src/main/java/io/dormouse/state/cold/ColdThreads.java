// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

/** The threads that wait for object storage. */
@FunctionalInterface
public interface ColdThreads {
    /**
     * Has something done, what is due first first. Who calls bounds how much waits.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the threads have ended
     */
    void execute(ColdTask task);
}
