// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.IntHashSet;
import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * Makes anew what damaged scan pages held, from the exact vectors of the raw log, in steps between which the shard lives on.
 *
 * <p>Which rows a damaged page had is not known. So every page is looked at, and a live row that is in none of the sound
 * ones, nor has come to one since, is added to the nearest page like a new one. Then the damaged pages go. When some row's
 * exact vector cannot be read either, they stay, and say that something is missing; if object storage did not give it,
 * that is tried again later. When a page is intact and only this reader cannot read it, nothing is done: whoever can will
 * find its rows there.
 *
 * <p>Nothing of this is stored: a repair that was cut short begins again when the damage is met again, and what it has added
 * is then in a sound page.
 */
final class ScanRepair {
    private static final int PAGES_PER_STEP = 2;
    private static final int CELLS_PER_STEP = 8;
    private static final int ROWS_PER_STEP = 16;
    private static final int ROWS_SEARCHED_PER_STEP = 8_192;
    private static final int CHUNK_ROWS = 1 << 15;

    private final ShardHead head;
    private final PageDirectory directory;
    private final ShardPages pages;
    private final ShardItems items;
    private final LiveRows live;
    private final ShardLosses lost;
    private final SearchScratch scratch;
    private final RowPlacer placer;

    /** Pages from here on came later: what they hold is noted as it comes. */
    private final int endPage;

    /** Rows from here on came when all pages had been looked at, and only to sound ones. */
    private long endRow;

    /** Rows that are in a sound page, in chunks. */
    private final LongObjectHashMap<BitSet> sound = new LongObjectHashMap<>();

    private final IntHashSet soundPages = new IntHashSet();
    private final ArrayDeque<PageRef> damaged = new ArrayDeque<>();
    private final IntHashSet damagedPages = new IntHashSet();
    private final long[] next = new long[ROWS_PER_STEP];
    private int cell;
    private long cellChanges;
    private boolean allLooked;
    private long row;
    private boolean someUnreadable;
    private boolean someMayCome;

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
        this.endPage = directory.nextPage();
        this.row = firstRow;
        this.cellChanges = directory.cellChanges();
        pages.tellOfRowsThatCome(this::came);
    }

    /** A row that comes to a page which has not been looked at may yet be found damaged with it. */
    private void came(long to, int page) {
        long number = to / CHUNK_ROWS;
        BitSet chunk = sound.get(number);
        if (chunk == null) {
            chunk = new BitSet(CHUNK_ROWS);
            sound.put(number, chunk);
        }
        chunk.set((int) (to % CHUNK_ROWS), page >= endPage || soundPages.contains(page));
    }

    private boolean isSound(long at) {
        BitSet chunk = sound.get(at / CHUNK_ROWS);
        return chunk != null && chunk.get((int) (at % CHUNK_ROWS));
    }

    /**
     * Does one step; false when all is done.
     *
     * @throws ColdBlockException when exact vectors must be fetched first
     */
    boolean step() throws ColdBlockException {
        if (!allLooked) {
            lookAtSome();
        } else if (row < endRow) {
            placeSome();
        } else if (!someUnreadable && !damaged.isEmpty()) {
            remove(damaged.poll());
        } else {
            letGo();
            return false;
        }
        return true;
    }

    /** Whether a page was read without a fault: if it has one now, what it held is not being made anew. */
    boolean sawSound(PageDescriptor page) {
        return soundPages.contains(page.page()) || page.page() >= endPage;
    }

    /** The shard leaves the heap, or all is done. */
    void letGo() {
        pages.tellOfRowsThatCome((to, page) -> {});
    }

    /** Whether something could not be made anew. */
    boolean leftSome() {
        return someUnreadable;
    }

    /** Whether some of that may be had from object storage at another time. */
    boolean someMayCome() {
        return someMayCome;
    }

    /** Walks through the cells until in one walk no page has changed its cell, so that none can have been passed by. */
    private void lookAtSome() {
        int rest = PAGES_PER_STEP;
        for (int cells = 0; cells < CELLS_PER_STEP && rest > 0 && !allLooked; cells++) {
            if (cell < directory.cells()) {
                rest = look(cell, rest);
                cell += rest > 0 ? 1 : 0;
            } else {
                allLooked = cellChanges == directory.cellChanges();
                cellChanges = directory.cellChanges();
                cell = 0;
                endRow = head.nextRow;
            }
        }
    }

    /** Looks at pages of a cell; what is returned of {@code rest} is 0 when there may be more in it. */
    private int look(int in, int rest) {
        int left = rest;
        for (int i = 0; i < directory.pagesIn(in) && left > 0; i++) {
            PageDescriptor page = directory.at(in, i);
            if (page.page() < endPage && !soundPages.contains(page.page()) && !damagedPages.contains(page.page())) {
                look(page);
                left--;
            }
        }
        return left;
    }

    private void look(PageDescriptor page) {
        try {
            VectorPage rows = pages.peekAgain(page);
            soundPages.add(page.page());
            for (int i = 0; i < rows.count(); i++) {
                came(rows.row(i), page.page());
            }
        } catch (CorruptPageException e) {
            damagedPages.add(page.page());
            damaged.add(PageRef.of(directory, page, head.settings.dimension(), page.state()));
            if (e.intact()) {
                someUnreadable = true;
                allLooked = true;
            }
        }
    }

    /** Places the next rows that are in no sound page, when the exact vectors of all of them are there. */
    private void placeSome() throws ColdBlockException {
        long searchEnd = Math.min(endRow, row + ROWS_SEARCHED_PER_STEP);
        int count = 0;
        long at = row;
        for (; at < searchEnd && count < next.length; at++) {
            if (live.accepts(at) && !isSound(at)) {
                next[count++] = at;
            }
        }
        pages.requireExact(next, count);
        for (int i = 0; i < count; i++) {
            place(next[i]);
        }
        row = at;
    }

    private void place(long lacking) throws ColdBlockException {
        float[] vector = scratch.incoming(head.settings.dimension());
        try {
            pages.exact(lacking, vector);
        } catch (CorruptPageException e) {
            someUnreadable = true;
            someMayCome |= pages.isCold(lacking);
            return;
        }
        Item item = items.stored(lacking);
        placer.place(
                lacking,
                vector,
                item == null ? BlockValue.ORDINARY_IMPORTANCE : item.importanceOr(BlockValue.ORDINARY_IMPORTANCE));
    }

    private void remove(PageRef gone) {
        PageDescriptor now = gone.in(directory);
        if (now != null && now.resident() == null) {
            pages.removeDamaged(now);
            directory.remove(now);
        }
        lost.codesAreBack(gone.page());
    }
}
