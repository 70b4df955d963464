// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.shard.Losses;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Ranges that were not there or not what was written. A proxy that does wrong for a while looks just like that, so each is
 * fetched again after {@value #PROOF_MILLIS} ms; only what is lost then, too, is said to be lost. A longer while looks like
 * that, too: what was said to be lost is fetched again after twice as long, and so on up to once in
 * {@value #INTERVAL_MILLIS_MAX} ms, and is said to be found when it comes.
 */
public final class SuspectRanges {
    static final long PROOF_MILLIS = 30_000;
    static final long INTERVAL_MILLIS_MAX = 3_600_000;
    private static final int SUSPECTS_MAX = 1_024;

    /** Ranges fetched again at a time. */
    private static final int CHECKS_PER_TICK = 16;

    private final ColdFetches fetches;
    private final Listener listener;
    private final LongSupplier clockMillis;
    private final Map<ColdRange, Suspect> suspects = new LinkedHashMap<>();

    /** Hears of what is certain. */
    public interface Listener {
        /** Bytes are lost; false when nobody was told, so that it will be met again. */
        boolean lost(Losses.Place place, String reason);

        /** What was said to be lost is there. */
        void found(Losses.Place place);
    }

    /** @param told it was said to be lost */
    private record Suspect(Losses.Place place, long dueMillis, long intervalMillis, boolean told) {}

    SuspectRanges(ColdFetches fetches, Listener listener, LongSupplier clockMillis) {
        this.fetches = fetches;
        this.listener = Objects.requireNonNull(listener, "listener");
        this.clockMillis = clockMillis;
    }

    /**
     * A range seems to be lost; one too many is noticed again when somebody next needs it. What was told of makes room for
     * what was not.
     *
     * @param place what it holds
     */
    public void add(ColdRange range, Losses.Place place) {
        if (suspects.containsKey(range)) {
            return;
        }
        if (suspects.size() == SUSPECTS_MAX) {
            forgetOneThatWasTold();
        }
        if (suspects.size() < SUSPECTS_MAX) {
            watch(range, place, PROOF_MILLIS, false);
        }
    }

    private void forgetOneThatWasTold() {
        for (Iterator<Suspect> all = suspects.values().iterator(); all.hasNext(); ) {
            if (all.next().told()) {
                all.remove();
                return;
            }
        }
    }

    private void watch(ColdRange range, Losses.Place place, long intervalMillis, boolean told) {
        suspects.put(range, new Suspect(place, clockMillis.getAsLong() + intervalMillis, intervalMillis, told));
    }

    /** About once a second. */
    void tick() {
        long now = clockMillis.getAsLong();
        List<Map.Entry<ColdRange, Suspect>> due = new ArrayList<>();
        for (Iterator<Map.Entry<ColdRange, Suspect>> all = suspects.entrySet().iterator();
                all.hasNext() && due.size() < CHECKS_PER_TICK; ) {
            Map.Entry<ColdRange, Suspect> next = all.next();
            if (next.getValue().dueMillis() <= now) {
                due.add(Map.entry(next.getKey(), next.getValue()));
                all.remove();
            }
        }
        due.forEach(each -> check(each.getKey(), each.getValue()));
    }

    private void check(ColdRange range, Suspect suspect) {
        ColdNeed[] need = new ColdNeed[1];
        need[0] = fetches.need(() -> judge(range, suspect, need[0]));
        if (!need[0].fetch(List.of(range))) {
            judge(range, suspect, need[0]);
        }
    }

    private void judge(ColdRange range, Suspect suspect, ColdNeed need) {
        ColdFetches.Failure failure = fetches.failure(range);
        if (failure != null && failure.lost()) {
            if (suspect.told() || listener.lost(suspect.place(), failure.reason())) {
                watch(range, suspect.place(), Math.min(2 * suspect.intervalMillis(), INTERVAL_MILLIS_MAX), true);
            }
        } else if (fetches.bytes(range) == null) {
            watch(range, suspect.place(), suspect.intervalMillis(), suspect.told()); // nobody could say
        } else if (suspect.told()) {
            listener.found(suspect.place());
        }
        need.release();
    }
}
