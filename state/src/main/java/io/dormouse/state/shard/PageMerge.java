// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageState;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.store.BlockKind;
import java.nio.ByteBuffer;

/**
 * Empties a page of a few rows and removes it. LIRE appends the rows to the nearest page and then checks each for a better
 * one; here each goes to the best one at once, which comes to the same and moves no row twice. While it lasts the page is
 * DRAINING: it takes no more rows.
 */
final class PageMerge implements UpkeepTask {
    /** Pages among which a row seeks one with room. */
    static final int CANDIDATES = 8;

    /** Rows moved in one step: each looks through the directory. */
    private static final int ROWS_PER_STEP = 4;

    private final PageMaintenance in;
    private final PageRef source;

    PageMerge(PageMaintenance in, PageDescriptor source) {
        this(in, PageRef.of(in.directory, source, in.dimension, PageState.DRAINING));
    }

    private PageMerge(PageMaintenance in, PageRef source) {
        this.in = in;
        this.source = source;
    }

    @Override
    public boolean step() throws ColdBlockException {
        PageDescriptor page = source.in(in.directory);
        if (page == null || page.faulted()) {
            return false;
        }
        try {
            return drain(in.pages.scan(page));
        } catch (CorruptPageException e) {
            return giveUp();
        }
    }

    /** The rows that are left stay in a page like any other. */
    private boolean giveUp() {
        source.setState(PageState.READY);
        return false;
    }

    private boolean drain(PageBuffer from) throws CorruptPageException, ColdBlockException {
        int last = Math.max(0, from.page.count() - ROWS_PER_STEP);
        for (int i = from.page.count() - 1; i >= last; i--) {
            if (!in.live.accepts(from.page.row(i))) {
                in.pages.drop(from, i);
            } else if (!move(from, i)) {
                return giveUp();
            }
        }
        return from.page.count() > 0 || close(from);
    }

    /** Moves a row to the nearest page with room; false when there is none. */
    private boolean move(PageBuffer from, int i) throws CorruptPageException, ColdBlockException {
        float[] vector = in.scratch.moving(in.dimension);
        in.pages.vector(from, i, vector);
        for (PageDescriptor near : in.directory.nearest(vector, CANDIDATES)) {
            if (near == from.descriptor || !near.takesRows()) {
                continue;
            }
            PageBuffer target = in.pages.scan(near);
            if (in.hasRoom(target)) {
                in.pages.move(from, i, target);
                return true;
            }
        }
        return false;
    }

    private boolean close(PageBuffer empty) {
        in.pages.remove(BlockKind.SCAN, empty);
        in.directory.remove(empty.descriptor);
        in.noteMerge();
        return false;
    }

    @Override
    public int storedBytes() {
        return PageRef.storedBytes(in.dimension);
    }

    @Override
    public void write(ByteBuffer to) {
        source.write(to, in.dimension);
    }

    static PageMerge read(PageMaintenance in, ByteBuffer from) {
        return new PageMerge(in, PageRef.read(from, in.dimension, PageState.DRAINING));
    }
}
