// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.AccessLevels.Level;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Fetches ranges from object storage without ever waiting for one: a fetch is asked for, runs on an I/O thread, and its
 * end is told to the owner's thread, where all else of this class happens. Two that need one range share one fetch.
 *
 * <p>Who needs ranges holds a {@link ColdNeed}. What has arrived stays in heap until every need for it is released, so
 * that work which needs many ranges at once comes to its end however little room the hot cache has. Ranges under way and
 * arrived are bounded in bytes; one that would exceed that is refused, and the answer is given without it. A range that
 * could not be fetched is known as failed for a while, so that nobody asks again and again.
 *
 * <p>When more is asked for than object storage can give, some get all that they need rather than all a part: who begins
 * is refused at once if it would wait for its turn for more than half of the time it has, and then has the other half for
 * what it turns out to lack; what is due first is fetched first; and what nobody needs any more is not fetched.
 */
public final class ColdFetches {
    /** Share of the bounds that those who begin leave to those who go on. */
    private static final double LEFT_TO_GO_ON = 0.25;

    /** A fetch that nobody is in a hurry for goes behind those that are due within this time. */
    private static final long SOME_TIME_MILLIS = 10_000;

    private static final double READ_TIME_FADE = 0.05;

    private final ColdStore store;
    private final ColdThreads io;
    private final Executor owner;
    private final ColdLimits limits;
    private final AccessLevels levels;
    private final LongSupplier clockMillis;
    private final LongConsumer reserve;

    private final Map<ColdRange, Fetch> wanted = new HashMap<>();
    private final LinkedHashMap<ColdRange, Failure> failed = new LinkedHashMap<>();
    private final ColdHealth health;
    private int underWay;
    private long heapBytes;
    private long fetches;
    private long failures;
    private long refused;
    private long bytesFetched;
    private double readMillis;

    /**
     * Why a range cannot be had.
     *
     * @param reason in words
     * @param lost it is not there, or not what was written: asking again is no use
     * @param untilMillis when this is forgotten
     */
    public record Failure(String reason, boolean lost, long untilMillis) {}

    /** A range that somebody needs: under way while there are no bytes. */
    private static final class Fetch {
        final List<ColdNeed> needs = new ArrayList<>(1);
        final long startNanos = System.nanoTime();
        final AtomicBoolean begun = new AtomicBoolean();
        long dueMillis;
        byte[] bytes;

        /** Nobody needs it any more; an I/O thread that has not begun looks at this. */
        volatile boolean unwanted;

        /** What reading took, set by the I/O thread before it tells of its end. */
        long readNanos;
    }

    /**
     * @param io runs what blocks
     * @param owner runs a task on the thread that owns this object
     * @param levels is told how long fetches take, from when they are wanted to when they can be used
     * @param reserve is told of heap that ranges take, as changes in bytes
     */
    public ColdFetches(
            ColdStore store,
            ColdThreads io,
            Executor owner,
            ColdLimits limits,
            AccessLevels levels,
            LongSupplier clockMillis,
            LongConsumer reserve) {
        this.store = Objects.requireNonNull(store, "store");
        this.io = Objects.requireNonNull(io, "io");
        this.owner = Objects.requireNonNull(owner, "owner");
        this.levels = Objects.requireNonNull(levels, "levels");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.clockMillis = Objects.requireNonNull(clockMillis, "clockMillis");
        this.health = new ColdHealth(clockMillis);
        this.reserve = Objects.requireNonNull(reserve, "reserve");
    }

    /**
     * Somebody who will need ranges.
     *
     * @param done runs on the owner's thread when none of the ranges asked for is under way any more
     */
    public ColdNeed need(Runnable done) {
        return need(ColdNeed.SOME_TIME, done);
    }

    /** As {@link #need(Runnable)}, of somebody who can make use of ranges until {@code dueMillis}. */
    public ColdNeed need(long dueMillis, Runnable done) {
        return new ColdNeed(this, dueMillis, done);
    }

    /** Whether somebody who needs these ranges to begin with should wait for them. */
    boolean admits(Collection<ColdRange> ranges, long dueMillis) {
        int count = 0;
        long bytes = 0;
        for (ColdRange range : ranges) {
            if (!wanted.containsKey(range) && failure(range) == null) {
                count++;
                bytes += range.bytes();
            }
        }
        if (count == 0 || underWay == 0) {
            return true;
        }
        boolean room =
                hasRoom(underWay, count, limits.fetchesMax()) && hasRoom(heapBytes, bytes, limits.heldBytesMax());
        double turnMillis = (before(dueMillis) + count) * readMillis / limits.threads();
        if (room && turnMillis <= (dueMillis - clockMillis.getAsLong()) / 2.0) {
            return true;
        }
        refused += count;
        return false;
    }

    /** Who needs more than there is room for at all gets it bit by bit, when others need little. */
    private static boolean hasRoom(long taken, long more, long max) {
        return taken + more <= (1 - LEFT_TO_GO_ON) * max || taken <= LEFT_TO_GO_ON * max;
    }

    /** Ranges whose turn comes before that of one that is due then. */
    private int before(long dueMillis) {
        int before = 0;
        for (Fetch fetch : wanted.values()) {
            before += fetch.bytes == null && !fetch.unwanted && fetch.dueMillis <= dueMillis ? 1 : 0;
        }
        return before;
    }

    /** What a range holds, if it has arrived, else null; do not change it. */
    public byte[] bytes(ColdRange range) {
        Fetch fetch = wanted.get(range);
        return fetch == null ? null : fetch.bytes;
    }

    /** Why a range cannot be had at present, or null when it can be, or when nobody knows yet. */
    public Failure failure(ColdRange range) {
        Failure failure = failed.get(range);
        if (failure == null || clockMillis.getAsLong() < failure.untilMillis) {
            return failure;
        }
        failed.remove(range);
        return null;
    }

    /** Fetches a range for a need; false when it has arrived, failed or is refused. */
    boolean fetch(ColdRange range, ColdNeed need, long dueMillis) {
        long due = Math.min(dueMillis, clockMillis.getAsLong() + SOME_TIME_MILLIS);
        Fetch fetch = wanted.get(range);
        if (fetch != null) {
            fetch.needs.add(need);
            fetch.unwanted = false;
            if (fetch.bytes == null && due < fetch.dueMillis) {
                begin(range, fetch, due); // whichever task comes first fetches it
            }
            return fetch.bytes == null;
        }
        if (failure(range) != null) {
            return false;
        }
        if (underWay >= limits.fetchesMax() || heapBytes + range.bytes() > limits.heldBytesMax() && heapBytes > 0) {
            refused++;
            return false;
        }
        fetch = new Fetch();
        fetch.needs.add(need);
        wanted.put(range, fetch);
        underWay++;
        hold(range.bytes());
        if (!begin(range, fetch, due)) {
            forget(range);
            underWay--;
            refused++;
            return false;
        }
        return bytes(range) == null;
    }

    private boolean begin(ColdRange range, Fetch fetch, long dueMillis) {
        fetch.dueMillis = dueMillis;
        try {
            io.execute(new ColdTask(dueMillis, () -> run(range, fetch)));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** A need for a range is over. */
    void release(ColdRange range, ColdNeed need) {
        Fetch fetch = wanted.get(range);
        if (fetch != null && fetch.needs.remove(need) && fetch.needs.isEmpty()) {
            if (fetch.bytes == null) {
                fetch.unwanted = true;
            } else {
                forget(range);
            }
        }
    }

    private void forget(ColdRange range) {
        wanted.remove(range);
        hold(-range.bytes());
    }

    private void hold(int bytes) {
        heapBytes += bytes;
        reserve.accept(bytes);
    }

    private void run(ColdRange range, Fetch fetch) {
        if (!fetch.begun.compareAndSet(false, true)) {
            return;
        }
        if (fetch.unwanted) {
            owner.execute(() -> passedOver(range, fetch));
            return;
        }
        long start = System.nanoTime();
        try {
            byte[] bytes = read(range);
            fetch.readNanos = System.nanoTime() - start;
            owner.execute(() -> arrived(range, bytes));
        } catch (FileNotFoundException | CorruptColdException e) {
            fetch.readNanos = System.nanoTime() - start;
            owner.execute(() -> failed(range, reason(e), true));
        } catch (IOException | RuntimeException e) {
            fetch.readNanos = System.nanoTime() - start;
            owner.execute(() -> failed(range, reason(e), false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the task is going away, and with it all who wait
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private byte[] read(ColdRange range) throws IOException, InterruptedException {
        long wait = limits.backoffMillis();
        for (int attempt = 1; ; attempt++) {
            try {
                return range.decode(store.read(range.segment(), range.offset(), range.storedBytes()));
            } catch (FileNotFoundException e) {
                throw e;
            } catch (IOException e) {
                if (attempt >= limits.attempts()) {
                    throw e;
                }
            }
            Thread.sleep(wait);
            wait *= 2;
        }
    }

    /** A fetch came to its turn when nobody needed it; somebody may again since. */
    private void passedOver(ColdRange range, Fetch fetch) {
        if (fetch.needs.isEmpty()) {
            forget(range);
            underWay--;
            return; // and it stays begun: another task may still wait for its turn
        }
        fetch.begun.set(false);
        if (!begin(range, fetch, fetch.dueMillis)) {
            failed(range, "the threads for object storage have ended", false);
        }
    }

    private void arrived(ColdRange range, byte[] bytes) {
        FaultPoint.FETCH_ARRIVED.reached();
        bytesFetched += range.storedBytes();
        Fetch fetch = wanted.get(range);
        fetch.bytes = bytes;
        levels.read(Level.COLD, System.nanoTime() - fetch.startNanos);
        if (fetch.needs.isEmpty()) {
            forget(range);
        }
        end(range, fetch, true);
    }

    private void failed(ColdRange range, String reason, boolean lost) {
        failures++;
        failed.put(range, new Failure(reason, lost, clockMillis.getAsLong() + limits.failureMillis()));
        if (failed.size() > limits.fetchesMax()) {
            failed.remove(failed.keySet().iterator().next());
        }
        Fetch fetch = wanted.get(range);
        forget(range);
        end(range, fetch, lost); // object storage has answered: what is lost is no outage
    }

    private void end(ColdRange range, Fetch fetch, boolean answered) {
        fetches++;
        underWay--;
        double millis = fetch.readNanos / 1e6;
        readMillis += readMillis == 0 ? millis : READ_TIME_FADE * (millis - readMillis);
        health.note(answered);
        List.copyOf(fetch.needs).forEach(need -> need.ended(range));
    }

    /** How well object storage answers. */
    public ColdHealth health() {
        return health;
    }

    /** Fetches under way. */
    public int underWay() {
        return underWay;
    }

    /** Heap taken by ranges that are under way or needed, in bytes. */
    public long heapBytes() {
        return heapBytes;
    }

    /** Fetches that ended, well or not. */
    public long fetches() {
        return fetches;
    }

    /** Fetches that ended without their range. */
    public long failures() {
        return failures;
    }

    /** Fetches that were not begun because too much was under way. */
    public long refused() {
        return refused;
    }

    /** Bytes read from object storage. */
    public long bytesFetched() {
        return bytesFetched;
    }
}
