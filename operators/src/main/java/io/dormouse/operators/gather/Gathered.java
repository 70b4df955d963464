// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.record.Part;
import java.util.Collection;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;

/** What has come to one asking so far. */
final class Gathered<P extends Part> {
    private final long sinceMillis;
    private final TreeMap<Integer, P> parts = new TreeMap<>();
    private ScheduledFuture<?> alarm;

    /** @param sinceMillis when the first part came, since the epoch */
    Gathered(long sinceMillis) {
        this.sinceMillis = sinceMillis;
    }

    /** Adds a part and returns by how many bytes it grew: one that comes twice counts once. */
    int add(P part) {
        P before = parts.put(part.part(), part);
        return part.bytes() - (before == null ? 0 : before.bytes());
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

    int bytes() {
        return parts.values().stream().mapToInt(Part::bytes).sum();
    }

    long sinceMillis() {
        return sinceMillis;
    }

    void alarm(ScheduledFuture<?> set) {
        alarm = set;
    }

    void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
        }
    }
}
