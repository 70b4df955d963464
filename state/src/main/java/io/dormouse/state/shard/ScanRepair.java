// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.IntHashSet;
import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Makes anew what damaged scan pages held, from the exact vectors of the raw log, in steps between which the shard lives on.
 *
 * <p>Which rows a damaged page had is not known. So every page is looked at, and a live row that is in none of the sound
 * ones, nor has come to one since, is added to the nearest page like a new one. Then the damaged pages go. When some row's
 * exact vector cannot be read either, they stay: they say that something is missing, and a reader with a larger profile may
 * know what.
 *
 * <p>Nothing of this is stored: a repair that was cut short begins again when the damage is met again, and what it has added
 * is then in a sound page.
 */
final class ScanRepair {
    private static final int PAGES_PER_STEP = 2;
    private static final int ROWS_PER_STEP = 16;
    private static final int ROWS_SEARCHED_PER_STEP = 8_192;

    private final ShardHead head;
    private final PageDirectory directory;
    private final ShardPages pages;
    private final ShardItems items;
    private final LiveRows live;
    private final ShardLosses lost;
    private final SearchScratch scratch;
    private final RowPlacer placer;

    /** Rows below the first and from the end on need not be sought. */
    private final long firstRow;

    private final long endRow;

    /** Rows from the first on that are in a sound page. */
    private final BitSet sound = new BitSet();

    private final IntHashSet looked = new IntHashSet();
    private final List<PageDescriptor> damaged = new ArrayList<>();
    private int cell;
    private int place;
    private boolean lookedAtAny;
    private boolean allLooked;
    private long row;
    private boolean someUnreadable;

    /** Adds a row to the scan page that it belongs to. */
    @FunctionalInterface
    interface RowPlacer {
        void place(long row, float[] vector, float importance);
    }

    /** @param firstRow no row below is alive */
    ScanRepair(
            ShardHead head,
            PageDirectory directory,
            ShardPages pages,
            ShardItems items,
            LiveRows live,
            ShardLosses lost,
            SearchScratch scratch,
            RowPlacer placer,
            long firstRow) {
        this.head = head;
        this.directory = directory;
        this.pages = pages;
        this.items = items;
        this.live = live;
        this.lost = lost;
        this.scratch = scratch;
        this.placer = placer;
        this.firstRow = firstRow;
        this.endRow = head.nextRow;
        this.row = firstRow;
        pages.tellOfRowsThatCome(this::came);
    }

    private void came(long to) {
        if (to >= firstRow && to < endRow) {
            sound.set((int) (to - firstRow));
        }
    }

    /**
     * Does one step; false when all is done.
     *
     * @throws ColdBlockException when a row's exact vector must be fetched first
     */
    boolean step() throws ColdBlockException {
        if (!allLooked) {
            allLooked = !lookAtSome();
            return true;
        }
        if (row < endRow) {
            placeSome();
            return true;
        }
        end();
        return false;
    }

    /** Whether it looks for what is there. */
    boolean looks() {
        return !allLooked;
    }

    /** The shard leaves the heap, or all is done. */
    void letGo() {
        pages.tellOfRowsThatCome(to -> {});
    }

    /** Whether something could not be made anew. */
    boolean leftSome() {
        return someUnreadable;
    }

    /** False when a whole walk through the directory met no page that was not looked at: pages change cells meanwhile. */
    private boolean lookAtSome() {
        int rest = PAGES_PER_STEP;
        while (rest > 0) {
            if (cell >= directory.cells()) {
                if (!lookedAtAny) {
                    return false;
                }
                cell = 0;
                place = 0;
                lookedAtAny = false;
            } else if (place >= directory.pagesIn(cell)) {
                cell++;
                place = 0;
            } else {
                PageDescriptor page = directory.at(cell, place++);
                if (looked.add(page.page())) {
                    lookedAtAny = true;
                    rest--;
                    look(page);
                }
            }
        }
        return true;
    }

    private void look(PageDescriptor page) {
        try {
            VectorPage rows = pages.peekAgain(page);
            for (int i = 0; i < rows.count(); i++) {
                came(rows.row(i));
            }
        } catch (CorruptPageException e) {
            damaged.add(page);
        }
    }

    private void placeSome() throws ColdBlockException {
        long searchEnd = Math.min(endRow, row + ROWS_SEARCHED_PER_STEP);
        for (int placed = 0; row < searchEnd && placed < ROWS_PER_STEP; row++) {
            if (live.accepts(row) && !sound.get((int) (row - firstRow))) {
                place();
                placed++;
            }
        }
    }

    private void place() throws ColdBlockException {
        float[] vector = scratch.incoming(head.settings.dimension());
        try {
            pages.rawOf(row).decode(pages.rawIndex(row), vector);
        } catch (CorruptPageException e) {
            someUnreadable = true; // and told of
            return;
        }
        if (head.settings.metric() == Metric.COSINE) {
            UnitLength.normalise(vector, head.settings.dimension());
        }
        Item item = items.stored(row);
        placer.place(
                row,
                vector,
                item == null ? BlockValue.ORDINARY_IMPORTANCE : item.importanceOr(BlockValue.ORDINARY_IMPORTANCE));
    }

    private void end() {
        letGo();
        if (someUnreadable) {
            return;
        }
        for (PageDescriptor page : damaged) {
            PageDescriptor now = directory.find(page.page(), page.cellNumber());
            if (now != null && now.resident() == null) {
                pages.removeDamaged(now);
                directory.remove(now);
            }
            lost.codesAreBack(page);
        }
    }
}
