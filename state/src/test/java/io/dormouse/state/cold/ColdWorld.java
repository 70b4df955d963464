// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.store.KeyGroups;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.Executor;

/** A cold tier whose I/O and mailbox run when a test says so. */
public final class ColdWorld {
    public static final ColdLimits LIMITS = new ColdLimits(64, 1 << 20, 2, 0, 1_000, 4_096, 4);

    public final MapColdStore store;
    private final ArrayDeque<Runnable> io = new ArrayDeque<>();
    private final ArrayDeque<Runnable> mails = new ArrayDeque<>();
    private final WarmLimits warm;
    private boolean direct;

    public ColdWorld(WarmLimits warm) {
        this(new MapColdStore(), warm);
    }

    /** Another process that sees the same objects. */
    public ColdWorld(MapColdStore store, WarmLimits warm) {
        this.store = store;
        this.warm = warm;
    }

    public ColdTier.Place place() {
        ColdThreads onIo = task -> run(io, task);
        Executor onOwner = task -> run(mails, task);
        return new ColdTier.Place(store, onIo, onOwner, KeyGroups.ONE, LIMITS, warm, TierMoves.NONE);
    }

    private void run(ArrayDeque<Runnable> queue, Runnable task) {
        if (direct) {
            task.run();
        } else {
            queue.add(task);
        }
    }

    /** From now on everything runs at once, in the caller's thread, as in tools; or not. */
    public void setDirect(boolean direct) {
        this.direct = direct;
    }

    /** Does one thing that waits on either side; false when nothing did. */
    public boolean runOne(Random random) {
        ArrayDeque<Runnable> queue = io.isEmpty() || !mails.isEmpty() && random.nextBoolean() ? mails : io;
        Runnable task = queue.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** Does everything that waits. */
    public void runAll() {
        while (runOne(new Random(0))) {
            // until nothing waits
        }
    }
}
