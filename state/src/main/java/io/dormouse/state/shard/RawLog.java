// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.page.CorruptPageException;

/**
 * The raw log of one shard: exact vectors in raw pages, in order of arrival. A page whose rows are all dead is freed; one
 * with a few that live on is freed by moving those to the end of the log, see {@link RawCompaction}. That begins when the
 * share of live rows among all that pages have room for falls below {@link #LIVE_SHARE_MIN}.
 */
final class RawLog {
    /**
     * Live rows per row stored, at least. Under random replacement rows die evenly, so a page that is compacted at share u
     * leaves the log at (1 - u) / ln(1 / u) on average: 0.8 means u = 0.63, and 1 / (1 - u) = 2.7 rows written per row
     * ingested (Rosenblum and Ousterhout, The design and implementation of a log-structured file system, 1992).
     */
    static final double LIVE_SHARE_MIN = 0.8;

    /** A page of which a larger share lives is not worth moving. */
    static final double VICTIM_SHARE_MAX = 0.7;

    /** A log of fewer pages is never compacted: there is nothing to gain. */
    private static final int PAGES_MIN = 8;

    /** The number of stored pages before it was counted. */
    static final long UNKNOWN = -1;

    private final ShardHead head;
    private final ShardPages pages;
    private final LiveRows live;
    private long stored = UNKNOWN;
    private long storedBefore = UNKNOWN;

    RawLog(ShardHead head, ShardPages pages, LiveRows live) {
        this.head = head;
        this.pages = pages;
        this.live = live;
    }

    /** Appends a vector and returns its row. A page that turns out to be damaged is left behind for the next one. */
    long append(float[] values) {
        while (true) {
            long row = head.nextRow;
            try {
                PageBuffer raw = pages.rawFor(row);
                raw.page.append(row, values);
                pages.appended(raw, 1);
                if (pages.rawIndex(row) == 0 && stored != UNKNOWN) {
                    stored++;
                }
                head.nextRow++;
                return row;
            } catch (CorruptPageException e) {
                head.nextRow += pages.rawRowsPerPage() - pages.rawIndex(row);
            }
        }
    }

    /** A row died: frees its page when it was the last of it. */
    void died(long row) {
        long first = row - pages.rawIndex(row);
        long end = first + pages.rawRowsPerPage();
        if (end <= head.nextRow && !live.anyAlive(first, end)) {
            pages.removeRaw(row);
            if (stored != UNKNOWN) {
                stored--;
            }
        }
    }

    /** Whether so few of the stored rows are alive that pages should be compacted. */
    boolean sparse() {
        long known = storedPages();
        return known >= PAGES_MIN && head.items < LIVE_SHARE_MIN * known * pages.rawRowsPerPage();
    }

    /** Whether compacting this page would pay: it is complete, and between none and most of its rows are alive. */
    boolean isVictim(long page) {
        int rows = pages.rawRowsPerPage();
        if (page < 0 || (page + 1) * rows > head.nextRow) {
            return false;
        }
        int alive = live.alive(page * rows, (page + 1) * rows);
        return alive > 0 && alive <= VICTIM_SHARE_MAX * rows;
    }

    /** Pages that the log has ever had; the last one may still be filling. */
    long pagesEver() {
        return (head.nextRow + pages.rawRowsPerPage() - 1) / pages.rawRowsPerPage();
    }

    /** Pages that are stored: those with a live row, and the newest. Counted from the bits of all rows when unknown. */
    long storedPages() {
        if (stored == UNKNOWN) {
            int rows = pages.rawRowsPerPage();
            long newest = pagesEver() - 1;
            stored = Math.min(1, pagesEver());
            for (long page = 0; page < newest; page++) {
                stored += live.anyAlive(page * rows, (page + 1) * rows) ? 1 : 0;
            }
        }
        return stored;
    }

    /** Whether the page is complete and none of its rows is alive. */
    boolean isDead(long page) {
        long end = (page + 1) * pages.rawRowsPerPage();
        return end <= head.nextRow && !live.anyAlive(page * pages.rawRowsPerPage(), end);
    }

    /** The number of pages as it was stored with the shard. */
    void restore(long storedPages) {
        stored = storedPages;
        storedBefore = storedPages;
    }

    /** Whether the number of pages should be stored: a small log is counted when the shard wakes. */
    boolean countChanged() {
        return head.nextRow > LiveRows.CHUNK_ROWS && stored != storedBefore;
    }

    /** The number of pages, to be stored. */
    long countToStore() {
        storedBefore = head.nextRow > LiveRows.CHUNK_ROWS ? stored : UNKNOWN;
        return storedBefore;
    }
}
