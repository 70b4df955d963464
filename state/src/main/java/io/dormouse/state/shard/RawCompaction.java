// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.page.CorruptPageException;
import java.nio.ByteBuffer;

/**
 * Frees a raw page of which few rows are alive by moving those to the end of the log, some a step. The bits of live rows
 * say what remains, so that the page's number is all that a restore needs.
 */
final class RawCompaction implements UpkeepTask {
    /** Each row costs some reads and writes of the store. */
    static final int ROWS_PER_STEP = 8;

    /** Items move with their rows: a step ends when so many bytes of them have moved. */
    static final int ITEM_BYTES_PER_STEP = 65_536;

    private final RawMover mover;
    private final long page;
    private long next;
    private boolean movedAny;

    RawCompaction(RawMover mover, long page) {
        this.mover = mover;
        this.page = page;
        this.next = page * mover.rowsPerPage();
    }

    @Override
    public boolean step() throws ColdBlockException {
        long end = (page + 1) * mover.rowsPerPage();
        int moves = 0;
        long itemBytes = 0;
        while (next < end && moves < ROWS_PER_STEP && itemBytes < ITEM_BYTES_PER_STEP) {
            long row = next;
            if (mover.alive(row)) {
                moves++;
                try {
                    int moved = mover.move(row);
                    movedAny |= moved != RawMover.STAYS;
                    itemBytes += Math.max(0, moved);
                } catch (CorruptPageException e) {
                    // the row stays, and so does its page; both are where they were
                }
            }
            next++;
        }
        return next < end;
    }

    /** Whether no row of the page is alive any more. */
    boolean emptied() {
        return mover.log().isDead(page);
    }

    /** Whether any row could be moved; none of a damaged page can. */
    boolean movedAny() {
        return movedAny;
    }

    @Override
    public int storedBytes() {
        return Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
        to.putLong(page);
    }

    static RawCompaction read(RawMover mover, ByteBuffer from) {
        return new RawCompaction(mover, from.getLong());
    }
}
