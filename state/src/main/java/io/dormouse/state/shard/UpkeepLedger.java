// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongArrayDeque;
import com.carrotsearch.hppc.cursors.LongCursor;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The outstanding maintenance of one shard, stored as one block beside its head: every checkpoint holds what was under
 * way, and a shard that wakes goes on with it. A damaged block counts as an empty one: pages are consistent at every step,
 * so that only tidiness is lost, and pages that need work are noticed again.
 */
final class UpkeepLedger {
    /** Pages that may wait; one too many is noticed again at its next insert or delete. */
    static final int WAITING_MAX = 1_024;

    /** Reassignments that may wait; for one more, the one that has come farthest is given up. */
    static final int REASSIGNMENTS_MAX = 8;

    private static final long KEY = BlockKey.of(BlockKind.UPKEEP, 0);
    private static final byte NONE = 0;
    private static final byte SPLIT = 1;
    private static final byte MERGE = 2;

    /** The split or merge under way, or null: one at a time, so that no two tasks drain or fill the same page. */
    UpkeepTask active;
    /** Pages that wait to be examined: the number of the cell that each was in (high half), and its own. */
    final LongArrayDeque waiting = new LongArrayDeque(0);

    final ArrayDeque<Reassignment> reassignments = new ArrayDeque<>(1);
    /** The raw page being compacted, or null. */
    RawCompaction compaction;
    /** Raw page at which the search for the next one to compact goes on. */
    long rawCursor;
    /** No raw page below this one has live rows. */
    long rawFloor;
    /** Cell of the directory that is being swept, and the place in it that is next. */
    int sweepCell;

    int sweepPlace;
    /** Whether the block differs from this. */
    boolean changed;

    /** Whether any work is outstanding. */
    boolean isEmpty() {
        return hasOnlyCompaction() && compaction == null;
    }

    /** Whether nothing but a compaction is outstanding. */
    boolean hasOnlyCompaction() {
        return active == null && waiting.isEmpty() && reassignments.isEmpty();
    }

    /** Queues a page to be examined; false when too many wait. */
    boolean add(PageDescriptor page) {
        long entry = (long) page.cellNumber() << 32 | page.page();
        if (waiting.size() == WAITING_MAX) {
            return false;
        }
        if (!page.maintenanceQueued() && !isWaiting(entry)) {
            waiting.addLast(entry);
            changed = true;
        }
        page.setMaintenanceQueued(true);
        return true;
    }

    /** The descriptor of a page forgets that it waits when its cell leaves the heap. */
    private boolean isWaiting(long entry) {
        for (LongCursor each : waiting) {
            if (each.value == entry) {
                return true;
            }
        }
        return false;
    }

    /** Takes the page that has waited longest; null when it has moved to another cell meanwhile, or is gone. */
    PageDescriptor nextWaiting(PageDirectory directory) {
        long entry = waiting.removeFirst();
        PageDescriptor page = directory.find((int) entry, (int) (entry >>> 32));
        if (page != null) {
            page.setMaintenanceQueued(false);
        }
        return page;
    }

    /** Queues a reassignment; gives up the one that has come farthest when there are too many. */
    void add(Reassignment reassignment) {
        if (reassignments.size() == REASSIGNMENTS_MAX) {
            Reassignment farthest = reassignments.peek();
            for (Reassignment each : reassignments) {
                farthest = each.done() > farthest.done() ? each : farthest;
            }
            reassignments.remove(farthest);
        }
        reassignments.add(reassignment);
    }

    /** Stores the ledger; the store has the shard selected. */
    void write(WarmStore store, long rawPages) {
        int bytes = 64 + 8 * waiting.size() + (active == null ? 0 : active.storedBytes());
        for (Reassignment each : reassignments) {
            bytes += each.storedBytes();
        }
        ByteBuffer body = Frame.body(bytes);
        body.putLong(rawPages)
                .putLong(rawFloor)
                .putLong(rawCursor)
                .putInt(sweepCell)
                .putInt(sweepPlace);
        body.put(active == null ? NONE : active instanceof PageSplit ? SPLIT : MERGE);
        if (active != null) {
            active.write(body);
        }
        body.put((byte) (compaction == null ? 0 : 1));
        if (compaction != null) {
            compaction.write(body);
        }
        body.putInt(reassignments.size());
        reassignments.forEach(each -> each.write(body));
        body.putInt(waiting.size());
        for (LongCursor page : waiting) {
            body.putLong(page.value);
        }
        store.putBlock(KEY, Frame.seal(BlockKind.UPKEEP, body));
        changed = false;
    }

    /**
     * Reads what {@link #write} wrote into this empty ledger.
     *
     * @return whether there was a sound block
     */
    boolean read(WarmStore store, PageMaintenance in, RawMover mover, RawLog log) {
        byte[] stored = store.block(KEY);
        if (stored == null) {
            return false;
        }
        try {
            log.restore(read(Frame.open(BlockKind.UPKEEP, stored), in, mover));
            return true;
        } catch (CorruptBlockException | BufferUnderflowException e) {
            clear();
            return false;
        }
    }

    private void clear() {
        active = null;
        compaction = null;
        reassignments.clear();
        waiting.clear();
        rawFloor = 0;
        rawCursor = 0;
        sweepCell = 0;
        sweepPlace = 0;
    }

    /** Tasks that are outstanding: under way, or waiting, pages to be examined included. */
    int outstanding() {
        return (active == null ? 0 : 1) + (compaction == null ? 0 : 1) + reassignments.size() + waiting.size();
    }

    private long read(ByteBuffer body, PageMaintenance in, RawMover mover) {
        long rawPages = body.getLong();
        rawFloor = body.getLong();
        rawCursor = body.getLong();
        sweepCell = body.getInt();
        sweepPlace = body.getInt();
        byte kind = body.get();
        active = kind == SPLIT ? PageSplit.read(in, body) : kind == MERGE ? PageMerge.read(in, body) : null;
        compaction = body.get() == 0 ? null : RawCompaction.read(mover, body);
        for (int n = body.getInt(); n > 0; n--) {
            reassignments.add(Reassignment.read(in, body));
        }
        for (int n = body.getInt(); n > 0; n--) {
            waiting.addLast(body.getLong());
        }
        return rawPages;
    }
}
