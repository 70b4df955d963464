// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;

/**
 * Gives a live row a new number at the end of the raw log: its exact vector is copied there, and item, index entry, live
 * bit and scan page follow. To a query the row is the same before and after. What of it cannot be read is not moved.
 */
final class RawMover {
    /** The answer of {@link #move} when the row must stay where it is. */
    static final int STAYS = -1;

    /** Scan pages in which a row is sought; it is in the first of them nearly always. */
    private static final int CANDIDATES = 8;

    private final ShardHead head;
    private final IdIndex index;
    private final ShardItems items;
    private final RawLog log;
    private final PageMaintenance in;

    RawMover(ShardHead head, IdIndex index, ShardItems items, RawLog log, PageMaintenance in) {
        this.head = head;
        this.index = index;
        this.items = items;
        this.log = log;
        this.in = in;
    }

    RawLog log() {
        return log;
    }

    int rowsPerPage() {
        return in.pages.rawRowsPerPage();
    }

    boolean alive(long row) {
        return in.live.accepts(row);
    }

    /**
     * Moves a live row to the end of the log.
     *
     * @return bytes of the item that moved along, or {@link #STAYS}
     * @throws CorruptPageException when its raw page, or a scan page near it, is damaged
     * @throws ColdBlockException when its exact vector or payload must be fetched first
     */
    int move(long row) throws CorruptPageException, ColdBlockException {
        VectorPage raw = in.pages.rawOf(row);
        Item item = items.whole(row);
        IndexEntry entry = item == null ? null : index.entry(item.id());
        if (entry == null || entry.row() != row) {
            return STAYS;
        }
        float[] vector = in.scratch.moving(in.dimension);
        raw.decode(in.pages.rawIndex(row), vector);
        float[] exact = in.scratch.incoming(in.dimension);
        System.arraycopy(vector, 0, exact, 0, in.dimension);
        if (head.settings.metric() == Metric.COSINE) {
            UnitLength.normalise(vector, in.dimension);
        }
        Place place = place(row, vector);
        if (place == null) {
            return STAYS;
        }
        long moved = log.append(exact);
        if (place.index >= 0) {
            in.pages.renumber(place.buffer, place.index, moved);
        } else {
            in.pages.append(place.buffer, moved, vector, item.importanceOr(BlockValue.ORDINARY_IMPORTANCE));
            in.grew(place.buffer);
        }
        in.live.setAlive(moved);
        in.live.setDead(row);
        items.move(row, moved, item);
        index.put(item.id(), entry.at(moved));
        log.died(row);
        return item.heapBytes();
    }

    /** The scan page that holds a row; else the nearest with room, which leaves a dead code where the row was. */
    private Place place(long row, float[] vector) throws CorruptPageException {
        Place room = null;
        for (PageDescriptor near : in.directory.nearest(vector, CANDIDATES)) {
            if (near.faulted()) {
                continue;
            }
            PageBuffer buffer = in.pages.scan(near);
            int index = buffer.page.indexOf(row);
            if (index >= 0) {
                return new Place(buffer, index);
            }
            if (room == null && near.takesRows() && !buffer.page.isFull()) {
                room = new Place(buffer, -1);
            }
        }
        return room;
    }

    /** Where a row lies in a scan page; at index -1 it is to be added. */
    private record Place(PageBuffer buffer, int index) {}
}
