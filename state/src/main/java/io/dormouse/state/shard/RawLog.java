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
    static final double VICTIM_SHARE_MAX = 0.74;

    /** A log of fewer pages is never compacted: there is nothing to gain. */
    private static final int PAGES_MIN = 8;

    /** The number of stored pages in a ledger that does not know it. */
    static final long UNKNOWN = -1;

    private static final long ALL = Long.MAX_VALUE;

    private final ShardHead head;
    private final ShardPages pages;
    private final LiveRows live;
    /** Stored pages among those below {@link #counted}: such with a live row, and one that is filling. */
    private long stored;
    /** Pages below this one were counted; all are in a log that was counted to its end, or is new. */
    private long counted;

    private long storedBefore = UNKNOWN;

    RawLog(ShardHead head, ShardPages pages, LiveRows live) {
        this.head = head;
        this.pages = pages;
        this.live = live;
        this.counted = head.nextRow == 0 ? ALL : 0;
    }

    /** Appends a vector and returns its row. A page that turns out to be damaged is left behind for the next one. */
    long append(float[] values) {
        while (true) {
            long row = head.nextRow;
            try {
                PageBuffer raw = pages.rawFor(row);
                raw.page.append(row, values);
                pages.appended(raw, 1);
                if (pages.rawIndex(row) == 0 && isCounted()) {
                    stored++;
                }
                head.nextRow++;
                return row;
            } catch (CorruptPageException e) {
                leave(row);
            }
        }
    }

    /** Leaves the rest of a damaged page unused; frees it when none of its rows is alive, since no more of them will die. */
    private void leave(long row) {
        int taken = pages.rawIndex(row);
        head.nextRow += pages.rawRowsPerPage() - taken;
        if (taken > 0) {
            died(row);
        }
    }

    /** A row died: frees its page when it was the last of it. */
    void died(long row) {
        long first = row - pages.rawIndex(row);
        long end = first + pages.rawRowsPerPage();
        if (end <= head.nextRow && !live.anyAlive(first, end)) {
            pages.removeRaw(row);
            stored -= first / pages.rawRowsPerPage() < counted ? 1 : 0;
        }
    }

    /** Whether so few of the stored rows are alive that pages should be compacted; false until a large log is counted. */
    boolean sparse() {
        if (!isCounted() && head.nextRow <= LiveRows.CHUNK_ROWS) {
            count(LiveRows.CHUNK_ROWS);
        }
        return isCounted() && stored >= PAGES_MIN && head.items < LIVE_SHARE_MIN * stored * pages.rawRowsPerPage();
    }

    /** Whether the number of stored pages is known. */
    boolean isCounted() {
        return counted == ALL;
    }

    /** Counts some pages of a log whose number of stored pages is unknown, by the bits of at most so many rows. */
    void count(int rowsMax) {
        long end = Math.min(pagesEver(), counted + Math.max(1, rowsMax / pages.rawRowsPerPage()));
        for (; counted < end; counted++) {
            stored += isDead(counted) ? 0 : 1;
        }
        counted = counted == pagesEver() ? ALL : counted;
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

    /** Pages that are stored: those with a live row, and one that is filling; as far as they were counted. */
    long storedPages() {
        return stored;
    }

    /** Whether the page is complete and none of its rows is alive. */
    boolean isDead(long page) {
        long end = (page + 1) * pages.rawRowsPerPage();
        return end <= head.nextRow && !live.anyAlive(page * pages.rawRowsPerPage(), end);
    }

    /** The number of pages as it was stored with the shard, or {@link #UNKNOWN}. */
    void restore(long storedPages) {
        stored = Math.max(0, storedPages);
        counted = storedPages == UNKNOWN ? 0 : ALL;
        storedBefore = storedPages;
    }

    /** Whether the number of pages should be stored. */
    boolean countChanged() {
        return knownToStore() != storedBefore;
    }

    /** The number of pages, to be stored, or {@link #UNKNOWN}: a small log is soon counted again. */
    long countToStore() {
        storedBefore = knownToStore();
        return storedBefore;
    }

    private long knownToStore() {
        return isCounted() && head.nextRow > LiveRows.CHUNK_ROWS ? stored : UNKNOWN;
    }
}
