// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.KeyGroups;
import io.dormouse.state.store.WarmStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The cold tier of one operator: pages in object storage, as many to a segment as fit.
 *
 * <p>Going down: {@link Demotions} collects pages that nobody has used for a while and stores them as a {@link Segment};
 * when that is safe, a {@link ColdPage} takes the place of each in the warm tier. Coming up: who meets such a reference
 * gets a {@link ColdBlockException}, has {@link ColdFetches} fetch the range, and tries again when it has arrived.
 * {@link SegmentUses} knows how much of each segment is in use; one that is mostly unused has its pages moved to a new one.
 *
 * <p>Nothing here waits, and no object is ever deleted: an older checkpoint may refer to it. An object is stored before
 * anything refers to it, so a crash leaves at worst an object that nobody knows, for the sweep to find.
 */
public final class ColdTier {
    private final Place place;
    private final AccessLevels levels;
    private final ColdFetches fetches;
    private final SuspectRanges suspects;
    private final Demotions demotions;
    private final SegmentUses uses;
    private final WarmUses warmUses;
    private final PageUses pageUses;
    private final LongSupplier clockMillis;
    private final List<Runnable> later = new ArrayList<>();

    /**
     * Where the cold tier lies, and who works for it.
     *
     * @param store object storage
     * @param io runs what blocks
     * @param owner runs a task on the thread that owns the memory
     * @param groups which shards' pages may share a segment
     * @param limits bounds
     * @param warm when pages go there
     * @param moves hears of those that do
     */
    public record Place(
            ColdStore store,
            ColdThreads io,
            Executor owner,
            KeyGroups groups,
            ColdLimits limits,
            WarmLimits warm,
            TierMoves moves) {}

    /**
     * @param levels is told how long fetches take
     * @param reserve is told of heap taken, as changes in bytes
     * @param stored hears of a stored segment, with what went into it
     * @param losses hears of what is lost for good, or is found after all
     */
    public ColdTier(
            Place place,
            WarmStore warm,
            AccessLevels levels,
            LongSupplier clockMillis,
            LongConsumer reserve,
            BiConsumer<Segment, List<Segment.Content>> stored,
            SuspectRanges.Listener losses) {
        this.place = place;
        this.levels = levels;
        this.fetches =
                new ColdFetches(place.store(), place.io(), place.owner(), place.limits(), levels, clockMillis, reserve);
        this.suspects = new SuspectRanges(fetches, losses, clockMillis);
        this.demotions = new Demotions(
                place.store(),
                place.io(),
                place.owner(),
                place.limits().segmentBytes(),
                clockMillis,
                reserve,
                fetches.health(),
                stored);
        this.uses = new SegmentUses(warm, place.groups());
        this.warmUses = new WarmUses(warm, place.groups());
        this.pageUses = new PageUses(place.warm(), clockMillis.getAsLong());
        this.clockMillis = clockMillis;
    }

    /**
     * Has read what a segment holds.
     *
     * @param done gets it, on the owner's thread
     * @param failed runs there instead when it cannot be read
     */
    public void contents(String segment, Consumer<List<Segment.Entry>> done, Runnable failed) {
        long bytes = uses.bytes(segment);
        try {
            place.io()
                    .execute(ColdTask.behindTheScenes(
                            clockMillis.getAsLong(), () -> read(segment, bytes, done, failed)));
        } catch (RejectedExecutionException e) {
            failed.run();
        }
    }

    private void read(String segment, long bytes, Consumer<List<Segment.Entry>> done, Runnable failed) {
        try {
            List<Segment.Entry> entries = Segment.read(place.store(), segment, bytes);
            place.owner().execute(() -> done.accept(entries));
        } catch (IOException | RuntimeException e) {
            place.owner().execute(failed);
        }
    }

    /** Runs something at the next {@link #tick}. */
    public void later(Runnable task) {
        later.add(task);
    }

    /** About once a second: stores pages that were collected for long enough, and tries again what could not be done. */
    public void tick() {
        pageUses.advance(clockMillis.getAsLong());
        warmUses.sum();
        demotions.flush(false);
        suspects.tick();
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    /** Stores what changed of the figures. */
    public void flush() {
        uses.flush();
        warmUses.flush();
    }

    /** Whether more is in the warm tier than may be. */
    public boolean warmIsFull() {
        return place.warm().bytesMax() > 0 && warmUses.bytes() > place.warm().bytesMax();
    }

    /** What it is worth to have a range in heap that would have to be fetched again. */
    public BlockValue value() {
        double micros = levels.meanNanos(AccessLevels.Level.COLD) / 1_000;
        return new BlockValue((float) Math.max(BlockValue.WARM_MICROS, micros), BlockValue.ORDINARY_IMPORTANCE);
    }

    /** When pages go cold. */
    public WarmLimits warmLimits() {
        return place.warm();
    }

    /** Hears of pages that move. */
    public TierMoves moves() {
        return place.moves();
    }

    /** When raw pages were used. */
    public PageUses pageUses() {
        return pageUses;
    }

    /** What is in the warm tier. */
    public WarmUses warmUses() {
        return warmUses;
    }

    public ColdFetches fetches() {
        return fetches;
    }

    public SuspectRanges suspects() {
        return suspects;
    }

    public Demotions demotions() {
        return demotions;
    }

    public SegmentUses uses() {
        return uses;
    }

    public KeyGroups groups() {
        return place.groups();
    }
}
