// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Ranges that somebody needs together, such as all that one query lacks. They stay in heap until this is released; what has
 * not begun to be fetched by then is not fetched any more.
 */
public final class ColdNeed {
    /** When whoever has all the time in the world should have what it needs. */
    static final long SOME_TIME = Long.MAX_VALUE;

    private final ColdFetches fetches;
    private final long dueMillis;
    private final Runnable done;
    private final Set<ColdRange> ranges = new LinkedHashSet<>();
    private final Set<ColdRange> underWay = new HashSet<>();
    private boolean asking;
    private boolean begun;

    ColdNeed(ColdFetches fetches, long dueMillis, Runnable done) {
        this.fetches = fetches;
        this.dueMillis = dueMillis;
        this.done = done;
    }

    /**
     * Has more ranges fetched. Those that failed or were refused are no longer needed: who asks again, tries again. The
     * first time all may be refused because they would come too late, to one who has no time.
     *
     * @return whether any is under way, so that the end of the last will be told
     */
    public boolean fetch(Collection<ColdRange> more) {
        if (!begun && dueMillis != SOME_TIME && !fetches.admits(more, dueMillis)) {
            return false;
        }
        begun = true;
        asking = true;
        for (ColdRange range : more) {
            if (ranges.add(range)) {
                underWay.add(range);
                if (!fetches.fetch(range, this, dueMillis)) {
                    underWay.remove(range);
                }
            }
        }
        asking = false;
        forgetWhatIsMissing();
        return !underWay.isEmpty();
    }

    private void forgetWhatIsMissing() {
        ranges.removeIf(range -> !underWay.contains(range) && fetches.bytes(range) == null);
    }

    /** Has a range fetched where I/O runs on the caller's thread, as in tools; false when it is not there at once. */
    public boolean fetchNow(ColdRange range) {
        fetch(Set.of(range));
        return fetches.bytes(range) != null;
    }

    /** One of the ranges has arrived or failed. */
    void ended(ColdRange range) {
        underWay.remove(range);
        if (underWay.isEmpty() && !asking) {
            forgetWhatIsMissing();
            done.run();
        }
    }

    /** Why a range is not here, in words. */
    public String describe(ColdRange range) {
        ColdFetches.Failure failure = fetches.failure(range);
        return failure != null
                ? failure.reason()
                : underWay.contains(range) ? "it is under way" : "more is being fetched than would arrive in time";
    }

    /** Whether any range is still under way. */
    public boolean isUnderWay() {
        return !underWay.isEmpty();
    }

    /** Needs them no longer. */
    public void release() {
        ranges.forEach(range -> fetches.release(range, this));
        ranges.clear();
    }
}
