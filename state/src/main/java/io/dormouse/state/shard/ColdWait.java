// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.cold.ColdTier;
import java.util.Collection;

/**
 * What the next step of a shard's maintenance waits for. While it waits its steps rest, and queries do not.
 *
 * <p>What was fetched is held until the step is done, however often it finds that it lacks more, and then until the next
 * fetch: a step that reads ahead finds there what it will need. When something could not be had all is let go of, lest
 * several shards hold a part each of what there is room for, and none enough.
 */
final class ColdWait {
    /** Null when the job has no cold tier: then nothing is ever waited for. */
    private final ColdTier tier;

    private ColdNeed need;
    private boolean waiting;
    private boolean stepped;

    ColdWait(ColdTier tier) {
        this.tier = tier;
    }

    boolean waiting() {
        return waiting;
    }

    /**
     * The next step needs more ranges.
     *
     * @param then runs when it is worth trying the step again; never within this call
     * @return whether they are on their way; if not, they could not be had now, or there are none
     */
    boolean await(Collection<ColdRange> ranges, Runnable then) {
        Runnable resume = () -> {
            waiting = false;
            then.run();
        };
        ColdNeed before = stepped ? need : null;
        if (need == null || stepped) {
            need = tier.fetches().need(resume);
        }
        stepped = false;
        waiting = true;
        boolean underWay = need.fetch(ranges);
        if (before != null) {
            before.release();
        }
        if (!underWay) {
            release();
            tier.later(resume); // object storage did not give it, too much is under way, or it is not this shard's turn
        }
        return underWay;
    }

    /** A step had all that it needed. */
    void satisfied() {
        stepped = true;
    }

    /** Nothing more is needed. */
    void release() {
        if (need != null) {
            need.release();
            need = null;
        }
    }
}
