// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.cold.ColdTier;
import java.util.Set;

/** What the next step of a shard's maintenance waits for. While it waits its steps rest, and queries do not. */
final class ColdWait {
    /** Null when the job has no cold tier: then nothing is ever waited for. */
    private final ColdTier tier;

    private ColdNeed need;
    private boolean waiting;

    ColdWait(ColdTier tier) {
        this.tier = tier;
    }

    boolean waiting() {
        return waiting;
    }

    /**
     * The next step needs one more range.
     *
     * @param then runs when it is worth trying the step again; never within this call
     */
    void await(ColdRange range, Runnable then) {
        Runnable resume = () -> {
            waiting = false;
            then.run();
        };
        if (need == null) {
            need = tier.fetches().need(resume);
        }
        waiting = true;
        if (!need.fetch(Set.of(range))) {
            tier.later(resume); // object storage did not give it, or too much is under way
        }
    }

    /** A step had all that it needed. */
    void satisfied() {
        if (need != null) {
            need.release();
            need = null;
        }
    }
}
