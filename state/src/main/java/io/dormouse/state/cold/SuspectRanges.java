// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ranges that were not there or not what was written. A proxy that does wrong for a while looks just like that, so each is
 * fetched again after {@value #PROOF_MILLIS} ms; only what is lost then, too, is said to be lost.
 */
public final class SuspectRanges {
    private static final long PROOF_MILLIS = 30_000;
    private static final int SUSPECTS_MAX = 1_024;

    /** Ranges fetched again at a time. */
    private static final int CHECKS_PER_TICK = 16;

    private final ColdFetches fetches;
    private final LongSupplier clockMillis;
    private final Map<ColdRange, Suspect> suspects = new LinkedHashMap<>();

    private record Suspect(long sinceMillis, Consumer<String> lost) {}

    SuspectRanges(ColdFetches fetches, LongSupplier clockMillis) {
        this.fetches = fetches;
        this.clockMillis = clockMillis;
    }

    /**
     * A range seems to be lost; one too many is noticed again when somebody next needs it.
     *
     * @param lost hears why when that is certain
     */
    public void add(ColdRange range, Consumer<String> lost) {
        if (suspects.size() < SUSPECTS_MAX) {
            suspects.putIfAbsent(range, new Suspect(clockMillis.getAsLong(), lost));
        }
    }

    /** About once a second. */
    void tick() {
        long now = clockMillis.getAsLong();
        List<Map.Entry<ColdRange, Suspect>> due = new ArrayList<>();
        for (Iterator<Map.Entry<ColdRange, Suspect>> all = suspects.entrySet().iterator();
                all.hasNext() && due.size() < CHECKS_PER_TICK; ) {
            Map.Entry<ColdRange, Suspect> next = all.next();
            if (now - next.getValue().sinceMillis() < PROOF_MILLIS) {
                break;
            }
            due.add(Map.entry(next.getKey(), next.getValue()));
            all.remove();
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
            suspect.lost().accept(failure.reason());
        } else if (fetches.bytes(range) == null) {
            add(range, suspect.lost()); // nobody could say; it gets as much time again
        }
        need.release();
    }
}
