// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.page.CorruptPageException;
import java.nio.ByteBuffer;

/**
 * Frees a raw page of which few rows are alive by moving those to the end of the log, some a step. The bits of live rows
 * say what remains, so that the page's number is all that a restore needs.
 */
final class RawCompaction implements UpkeepTask {
    /** Each row costs some reads and writes of the store. */
    private static final int ROWS_PER_STEP = 8;

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
    public boolean step() {
        long end = (page + 1) * mover.rowsPerPage();
        int moves = 0;
        while (next < end && moves < ROWS_PER_STEP) {
            long row = next++;
            if (mover.alive(row)) {
                moves++;
                try {
                    movedAny |= mover.move(row);
                } catch (CorruptPageException e) {
                    // the row stays, and so does its page; both are where they were
                }
            }
        }
        return next < end;
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
