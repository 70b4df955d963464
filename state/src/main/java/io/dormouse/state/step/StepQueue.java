// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.step;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;

/**
 * Work that is not an answer to a record: it waits here and is taken one step at a time, the more urgent class first,
 * whenever the task has a moment. The operator only pumps.
 */
public final class StepQueue {
    /** Classes of work, most urgent first. */
    public enum Urgency {
        /** Stores what changed, to stay below the dirty limit. */
        WRITE_BEHIND,
        /** Splits, reassigns and merges pages. */
        MAINTENANCE,
        /** Moves pages between the warm and the cold tier. */
        TIERING,
        /** Runs a sampled query again, exactly. */
        RECALL_SAMPLE
    }

    private final Map<Urgency, ArrayDeque<Step>> queues = new EnumMap<>(Urgency.class);
    private int size;

    public StepQueue() {
        for (Urgency urgency : Urgency.values()) {
            queues.put(urgency, new ArrayDeque<>());
        }
    }

    /** Appends a step to its class. */
    public void add(Urgency urgency, Step step) {
        queues.get(urgency).add(step);
        size++;
    }

    /** Puts a step before all others of its class: the rest of work that should not be interrupted by its like. */
    public void addNext(Urgency urgency, Step step) {
        queues.get(urgency).addFirst(step);
        size++;
    }

    /** Runs the most urgent step; false when there was none. */
    public boolean runNext() {
        for (ArrayDeque<Step> queue : queues.values()) {
            Step step = queue.poll();
            if (step != null) {
                size--;
                step.run();
                return true;
            }
        }
        return false;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }
}
