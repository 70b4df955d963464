// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/**
 * What maintenance has done and has left to do, over all shards of one operator, for its gauges. Written by the operator's
 * thread; another may read and sees each figure as it was a moment ago.
 */
public final class UpkeepTotals {
    private final long[] sums = new long[UpkeepFigure.values().length];

    /** The sum over the shards. */
    public long get(UpkeepFigure figure) {
        return sums[figure.ordinal()];
    }

    /** Rows alive per row that the stored raw pages of awake shards have room for; NaN when none is stored. */
    public double rawLiveShare() {
        long rows = get(UpkeepFigure.RAW_ROWS);
        return rows == 0 ? Double.NaN : (double) get(UpkeepFigure.LIVE_ROWS) / rows;
    }

    /** The share of one more shard. */
    Share share() {
        return new Share(this);
    }

    /** What one shard adds to the sums. */
    static final class Share {
        private final UpkeepTotals totals;
        private final long[] own = new long[UpkeepFigure.values().length];

        private Share(UpkeepTotals totals) {
            this.totals = totals;
        }

        void set(UpkeepFigure figure, long value) {
            int i = figure.ordinal();
            totals.sums[i] += value - own[i];
            own[i] = value;
        }
    }
}
