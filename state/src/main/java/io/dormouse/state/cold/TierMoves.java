// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

import io.dormouse.state.shard.ShardKey;

/** Hears of pages that moved between the warm tier and object storage, on the thread that owns the memory. */
public interface TierMoves {
    /** Hears nothing. */
    TierMoves NONE = new TierMoves() {
        @Override
        public void wentCold(ShardKey shard, int pages, String segment) {
            // nobody asked
        }

        @Override
        public void cameBack(ShardKey shard, long page) {
            // nobody asked
        }
    };

    /** Raw pages of a shard lie in a segment now. */
    void wentCold(ShardKey shard, int pages, String segment);

    /** A raw page is in the warm tier again. */
    void cameBack(ShardKey shard, long page);
}
