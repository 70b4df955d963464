// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.record.Part;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;

/** What has come to one asking so far. */
final class Gathered<P extends Part> {
    /** What a part takes in heap beside what it says: its record, its place in a tree, its share of the asking. */
    private static final int PART_BYTES = 512;

    private final long sinceMillis;
    private final TreeMap<Integer, P> parts = new TreeMap<>();
    private ScheduledFuture<?> alarm;
    private long bytes;
    private long bytesWhenThinned;

    /** @param sinceMillis when the first part came, since the epoch */
    Gathered(long sinceMillis) {
        this.sinceMillis = sinceMillis;
    }

    /** Adds a part: one that comes twice counts once. */
    void add(P part) {
        P before = parts.put(part.part(), part);
        bytes += part.bytes() - (before == null ? -PART_BYTES : before.bytes());
    }

    /** Parts that take the place of those with the same numbers. */
    void thin(List<P> thinned) {
        thinned.forEach(this::add);
        bytesWhenThinned = bytes;
    }

    boolean isWhole() {
        return parts.size() == any().parts();
    }

    /** Any of the parts: what all of them say about the asking. */
    P any() {
        return parts.firstEntry().getValue();
    }

    /** The parts, in their order. */
    Collection<P> parts() {
        return parts.values();
    }

    /** Heap, about. */
    long bytes() {
        return bytes;
    }

    /** As {@link #bytes()}, when it was made as small as could be; 0 before. */
    long bytesWhenThinned() {
        return bytesWhenThinned;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    void alarm(ScheduledFuture<?> set) {
        alarm = set;
    }

    void cancelAlarm() {
        alarm.cancel(false);
    }
}
