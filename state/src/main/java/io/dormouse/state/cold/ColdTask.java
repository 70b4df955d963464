// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.util.Objects;

/**
 * Work for a thread that waits for object storage, ordered by when it should be done: what is due first goes first, so that
 * a query's last fetches are not overtaken by the first ones of queries that came later.
 *
 * @param dueMillis by the clock of the cold tier
 */
public record ColdTask(long dueMillis, Runnable work) implements Runnable, Comparable<ColdTask> {
    /** What no query waits for goes before what is due later than after this time. */
    private static final long PATIENCE_MILLIS = 2_000;

    public ColdTask {
        Objects.requireNonNull(work, "work");
    }

    /** Work that no query waits for, and that none should keep from being done. */
    static ColdTask behindTheScenes(long nowMillis, Runnable work) {
        return new ColdTask(nowMillis + PATIENCE_MILLIS, work);
    }

    @Override
    public void run() {
        work.run();
    }

    @Override
    public int compareTo(ColdTask other) {
        return Long.compare(dueMillis, other.dueMillis);
    }
}
