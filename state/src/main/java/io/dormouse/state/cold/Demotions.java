// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.fault.FaultPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Packs pages that are to go cold into segments, one key group to a segment, and stores these on I/O threads. Only when a
 * segment is safe in object storage are its pages let go of: {@code stored} hears of it on the owner's thread. If it could
 * not be stored nothing has happened; its pages are still where they were and will come again.
 */
public final class Demotions {
    /** A part of a segment that is being collected is stored after this long, whatever its size. */
    static final long LINGER_MILLIS = 5_000;

    /** After a failure nothing is stored for this long. */
    static final long PAUSE_MILLIS = 5_000;

    private final ColdStore store;
    private final ColdThreads io;
    private final Executor owner;
    private final int segmentBytes;
    private final long bytesMax;
    private final LongSupplier clockMillis;
    private final LongConsumer reserve;
    private final ColdHealth health;
    private final BiConsumer<Segment, List<Segment.Content>> stored;

    private final Map<BatchKey, Batch> batches = new HashMap<>();
    private long bytes;
    private long pausedUntil;
    private long segments;
    private long bytesStored;
    private long failures;
    private volatile String lastFailure;

    /** Pages of one key group that will be compressed alike. */
    private record BatchKey(int group, int level) {}

    private static final class Batch {
        final List<Segment.Content> contents = new ArrayList<>();
        final long sinceMillis;
        int bytes;

        Batch(long sinceMillis) {
            this.sinceMillis = sinceMillis;
        }
    }

    /**
     * @param segmentBytes size at which a segment is stored
     * @param reserve is told of heap that pages on their way take, as changes in bytes
     * @param stored hears of a stored segment, with what went into it
     */
    public Demotions(
            ColdStore store,
            ColdThreads io,
            Executor owner,
            int segmentBytes,
            LongSupplier clockMillis,
            LongConsumer reserve,
            ColdHealth health,
            BiConsumer<Segment, List<Segment.Content>> stored) {
        this.store = Objects.requireNonNull(store, "store");
        this.io = Objects.requireNonNull(io, "io");
        this.owner = Objects.requireNonNull(owner, "owner");
        this.segmentBytes = segmentBytes;
        this.bytesMax = 4L * segmentBytes;
        this.clockMillis = Objects.requireNonNull(clockMillis, "clockMillis");
        this.reserve = Objects.requireNonNull(reserve, "reserve");
        this.health = Objects.requireNonNull(health, "health");
        this.stored = Objects.requireNonNull(stored, "stored");
    }

    /** Whether more pages may be added now. */
    public boolean hasRoom() {
        return bytes < bytesMax
                && clockMillis.getAsLong() >= pausedUntil
                && health.level() != ColdHealth.Level.NO_COLD_TRAFFIC;
    }

    /**
     * Adds a page of a key group.
     *
     * @param level of ZSTD
     */
    public void add(int group, Segment.Content content, int level) {
        BatchKey key = new BatchKey(group, level);
        Batch batch = batches.computeIfAbsent(key, absent -> new Batch(clockMillis.getAsLong()));
        batch.contents.add(content);
        batch.bytes += content.bytes();
        hold(content.bytes());
        if (batch.bytes >= segmentBytes) {
            batches.remove(key);
            store(batch, level);
        }
    }

    /** Stores what has been collected for long enough, or everything. */
    public void flush(boolean everything) {
        long now = clockMillis.getAsLong();
        List<BatchKey> due = new ArrayList<>();
        batches.forEach((key, batch) -> {
            if (everything || now - batch.sinceMillis >= LINGER_MILLIS) {
                due.add(key);
            }
        });
        due.forEach(key -> store(batches.remove(key), key.level()));
    }

    private void store(Batch batch, int level) {
        try {
            io.execute(ColdTask.behindTheScenes(clockMillis.getAsLong(), () -> run(batch, level)));
        } catch (RejectedExecutionException e) {
            failed(batch, "too much is under way");
        }
    }

    private void run(Batch batch, int level) {
        try {
            Segment segment = Segment.of(batch.contents, level);
            store.put(segment.name(), segment.bytes());
            owner.execute(() -> stored(batch, segment));
        } catch (IOException | RuntimeException e) {
            owner.execute(() -> failed(batch, e.getMessage() == null ? e.toString() : e.getMessage()));
        }
    }

    private void stored(Batch batch, Segment segment) {
        FaultPoint.SEGMENT_SAFE.reached();
        hold(-batch.bytes);
        health.note(true);
        segments++;
        bytesStored += segment.bytes().length;
        stored.accept(segment, batch.contents);
    }

    private void failed(Batch batch, String reason) {
        hold(-batch.bytes);
        health.note(false);
        failures++;
        lastFailure = reason;
        pausedUntil = clockMillis.getAsLong() + PAUSE_MILLIS;
    }

    private void hold(int change) {
        bytes += change;
        reserve.accept(change);
    }

    /** Heap taken by pages on their way, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Segments stored. */
    public long segments() {
        return segments;
    }

    /** Bytes stored in segments. */
    public long bytesStored() {
        return bytesStored;
    }

    /** Segments that could not be stored. */
    public long failures() {
        return failures;
    }

    /** Why the last of them could not, or null; any thread may ask. */
    public String lastFailure() {
        return lastFailure;
    }
}
