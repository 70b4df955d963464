// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import java.nio.ByteBuffer;

/**
 * A piece of maintenance that is done in steps. Between two steps every row is in exactly one page and the task can be
 * written down, so a checkpoint may fall there; what is read back goes on with the next step. A task that meets a damaged
 * page ends: the page is marked so, and rows stay where they are, which costs recall and no row.
 */
sealed interface UpkeepTask permits PageSplit, PageMerge, Reassignment, RawCompaction {
    /**
     * Does one step; false when nothing remains to be done.
     *
     * @throws ColdBlockException when a row's exact vector must be fetched first; what was done before stays done
     */
    boolean step() throws ColdBlockException;

    /** Whether the next step should follow before the steps of other shards: it needs what they would overwrite. */
    default boolean holdsScratch() {
        return false;
    }

    /** Lets go of what {@link #holdsScratch} speaks of: the next step gathers it again. */
    default void letGo() {}

    /** Bytes that {@link #write} takes at most. */
    int storedBytes();

    /** Writes what the task needs to go on after a restore. */
    void write(ByteBuffer to);
}
