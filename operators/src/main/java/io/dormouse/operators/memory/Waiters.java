// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the parked records of one shard wait for, in heap: who is due, and whom ingest has reached, is known without reading
 * a record from state. Only a few hundred bytes a record; the records themselves stay below.
 */
final class Waiters {
    /** Waits for no ingest record, but for a fetch or a command. */
    private static final int NO_PARTITION = -1;

    private static final Comparator<Waiter> BY_DEADLINE =
            Comparator.comparingLong(Waiter::deadlineMillis).thenComparing(Waiter::key);
    private static final Comparator<Waiter> BY_OFFSET = Comparator.comparingInt(Waiter::partition)
            .thenComparingLong(Waiter::offset)
            .thenComparing(Waiter::key);

    private final Map<String, Waiter> byKey = new HashMap<>();
    private final TreeSet<Waiter> byDeadline = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<Waiter> byOffset = new TreeSet<>(BY_OFFSET);

    /**
     * One record that waits.
     *
     * @param key of the record in its shard's state
     * @param bytes that it takes there, roughly
     * @param deadlineMillis when it waits no longer
     * @param partition of the ingest topic whose record it waits for, or {@link #NO_PARTITION}
     * @param offset of that record
     */
    record Waiter(String key, int bytes, long deadlineMillis, int partition, long offset) {
        static Waiter of(String key, int bytes, long deadlineMillis) {
            return new Waiter(key, bytes, deadlineMillis, NO_PARTITION, 0);
        }

        Waiter after(int ingestPartition, long ingestOffset) {
            return new Waiter(key, bytes, deadlineMillis, ingestPartition, ingestOffset);
        }
    }

    /** Adds a record, or changes what it waits for; returns what was known of it, or null. */
    Waiter put(Waiter waiter) {
        Waiter before = remove(waiter.key());
        byKey.put(waiter.key(), waiter);
        byDeadline.add(waiter);
        if (waiter.partition() != NO_PARTITION) {
            byOffset.add(waiter);
        }
        return before;
    }

    /** The record waits no longer; returns what was known of it, or null. */
    Waiter remove(String key) {
        Waiter waiter = byKey.remove(key);
        if (waiter != null) {
            byDeadline.remove(waiter);
            byOffset.remove(waiter);
        }
        return waiter;
    }

    Waiter get(String key) {
        return byKey.get(key);
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** Keys of all records. */
    List<String> keys() {
        return List.copyOf(byKey.keySet());
    }

    /** Keys of the records whose deadline has come, the earliest first. */
    List<String> due(long nowMillis) {
        List<String> due = new ArrayList<>();
        for (Waiter waiter : byDeadline) {
            if (waiter.deadlineMillis() > nowMillis) {
                break;
            }
            due.add(waiter.key());
        }
        return due;
    }

    /** Keys of the records that wait for an ingest record of this partition up to this offset. */
    List<String> reached(int partition, long offset) {
        Waiter from = new Waiter("", 0, 0, partition, Long.MIN_VALUE);
        List<String> reached = new ArrayList<>();
        for (Waiter waiter : byOffset.tailSet(from)) {
            if (waiter.partition() != partition || waiter.offset() > offset) {
                break;
            }
            reached.add(waiter.key());
        }
        return reached;
    }
}
