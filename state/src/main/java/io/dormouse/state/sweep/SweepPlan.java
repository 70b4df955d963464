// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.sweep;

import io.dormouse.state.sweep.Inventory.Copies;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to become of every segment. One that a root refers to is never taken away from anywhere; what lies in the trash
 * goes for good only when nothing lies in its place.
 */
final class SweepPlan {
    final Tally referenced = new Tally();
    final Tally young = new Tally();
    final Tally old = new Tally();
    final Tally inTrash = new Tally();
    final Tally expired = new Tally();

    /** Referred to, and only in the trash. */
    final List<ColdObject> toRestore = new ArrayList<>();
    /** In place, old, and nothing refers to it. */
    final List<ColdObject> toMove = new ArrayList<>();
    /** In the trash for long enough, and nothing refers to it. */
    final List<ColdObject> toDelete = new ArrayList<>();
    /** Referred to, and nowhere. */
    final TreeSet<String> missing = new TreeSet<>();

    /**
     * @param oldBeforeMillis a segment last written before this is old
     * @param expiredBeforeMillis one put into the trash before this has been there for long enough
     */
    static SweepPlan of(Inventory inventory, Set<String> marked, long oldBeforeMillis, long expiredBeforeMillis) {
        SweepPlan plan = new SweepPlan();
        inventory.segments().forEach((name, copies) -> {
            if (copies.inTrash() != null) {
                plan.inTrash.add(copies.inTrash().bytes());
            }
            if (marked.contains(name)) {
                plan.keep(copies);
            } else {
                plan.takeAway(copies, oldBeforeMillis, expiredBeforeMillis);
            }
        });
        marked.stream().filter(name -> !inventory.has(name)).forEach(plan.missing::add);
        return plan;
    }

    private void keep(Copies copies) {
        referenced.add(copies.bytes());
        if (copies.inPlace() == null) {
            toRestore.add(copies.inTrash());
        }
    }

    private void takeAway(Copies copies, long oldBeforeMillis, long expiredBeforeMillis) {
        if (copies.inPlace() == null) {
            if (copies.inTrash().modifiedMillis() < expiredBeforeMillis) {
                expired.add(copies.inTrash().bytes());
                toDelete.add(copies.inTrash());
            }
        } else if (copies.inPlace().modifiedMillis() < oldBeforeMillis) {
            old.add(copies.inPlace().bytes());
            toMove.add(copies.inPlace());
        } else {
            young.add(copies.inPlace().bytes());
        }
    }

    /** Segments and their bytes, counted by several threads. */
    static final class Tally {
        private long segments;
        private long bytes;

        synchronized void add(long segmentBytes) {
            segments++;
            bytes += segmentBytes;
        }

        synchronized SweepReport.Count count() {
            return new SweepReport.Count(segments, bytes);
        }
    }
}
