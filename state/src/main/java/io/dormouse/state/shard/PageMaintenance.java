// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.page.CorruptPageException;
import java.util.function.Consumer;

/**
 * Keeps the pages of one shard in shape by the rules of LIRE (SPFresh, SOSP 2023, section 3): a page over its limit drops
 * its dead rows and, if it is still too full, is divided ({@link PageSplit}); then rows that ended up in the wrong page
 * are reassigned ({@link Reassignment}). A page with hardly any rows left is merged into others ({@link PageMerge}).
 *
 * <p>This class decides what a page needs and holds what the tasks share. A page keeps its centroid for life: a split
 * makes two new pages. So codes relative to the centroid stay right, and rows can move a few at a time.
 */
final class PageMaintenance {
    /** A page is queued for its split when it is this full; the rest is room for what comes before the split. */
    private static final double SPLIT_SHARE = 0.9;

    /** A page that has at most this share of its limit after its dead rows went is not split. */
    private static final double KEEP_SHARE = 0.7;

    /** A page of at most this many rows is merged into its neighbours. */
    static final int MERGE_ROWS = 10;

    /** A page of at most this share of its limit is merged when that makes queries cheaper. */
    private static final double COSTLY_MERGE_SHARE = 0.25;

    /** And of at most this share of its limit, or a page of a few large rows would be merged right after its split. */
    private static final double MERGE_SHARE = 0.2;

    /** A page that loses more than this share of its rows at once is stored whole again, instead of a list of them. */
    private static final double REWRITE_SHARE = 0.125;

    /** Steps in which all rows of a full page are looked at: a step then takes some ten microseconds. */
    private static final int STEPS_PER_PAGE = 2;

    /** Rows whose exact vectors one step may read, some of them from the store. */
    private static final int EXACT_ROWS_PER_STEP = 16;

    final PageDirectory directory;
    final ShardPages pages;
    final LiveRows live;
    final SearchScratch scratch;
    final ShardCosts costs;
    final int dimension;
    private final Consumer<PageDescriptor> wanted;
    private final Consumer<PageDescriptor> recovering;

    private long splits;
    private long merges;
    private long rowsReassigned;

    /**
     * @param wanted is told of pages that should be examined
     * @param recovering is told of pages for which {@link #recoverFetched} is to be called, until it throws no more
     */
    PageMaintenance(
            PageDirectory directory,
            ShardPages pages,
            LiveRows live,
            SearchScratch scratch,
            ShardCosts costs,
            int dimension,
            Consumer<PageDescriptor> wanted,
            Consumer<PageDescriptor> recovering) {
        this.directory = directory;
        this.pages = pages;
        this.live = live;
        this.scratch = scratch;
        this.costs = costs;
        this.dimension = dimension;
        this.wanted = wanted;
        this.recovering = recovering;
    }

    /** Whether so many rows of a page have died that it should be examined. */
    static boolean wantsCleaning(PageDescriptor descriptor) {
        return descriptor.deadRowsHint() >= Math.max(8, descriptor.rows() / 4);
    }

    /** Rows of a page that one step may gather or move. */
    int rowsPerStep() {
        int rows = Math.max(1, pages.scanRowsMax() / STEPS_PER_PAGE);
        return pages.relative() ? Math.min(rows, EXACT_ROWS_PER_STEP) : rows;
    }

    /** Deaths after which one more page is swept: when a quarter of all rows have died, every page was. */
    int deathsPerSweep() {
        return Math.max(1, pages.scanRowsMax() / 4);
    }

    /** A page got rows or lost some: has it examined when it is too full or too empty now. */
    void resized(PageBuffer buffer) {
        if (wantsSplit(buffer) || isSmall(buffer)) {
            wanted.accept(buffer.descriptor);
        }
    }

    /** A page got a row: has it examined when it nears its limit. */
    void grew(PageBuffer buffer) {
        if (wantsSplit(buffer)) {
            wanted.accept(buffer.descriptor);
        }
    }

    /** Has a page examined. */
    void want(PageDescriptor descriptor) {
        wanted.accept(descriptor);
    }

    private boolean wantsSplit(PageBuffer buffer) {
        return buffer.page.count() >= rowsMax(buffer) * SPLIT_SHARE;
    }

    /** Whether maintenance may move one more row into a page: it never makes one page need a split to tidy another. */
    boolean hasRoom(PageBuffer buffer) {
        return buffer.page.count() + 1 < rowsMax(buffer) * SPLIT_SHARE;
    }

    private boolean isSmall(PageBuffer buffer) {
        return buffer.page.count() <= Math.min(MERGE_ROWS, rowsMax(buffer) * MERGE_SHARE);
    }

    /** Rows a page should hold at most: less than configured now when it was made under a lower limit. */
    private int rowsMax(PageBuffer buffer) {
        return Math.min(buffer.page.rowsMax(), pages.scanRowsMax());
    }

    /**
     * Drops the dead rows of a page and decides what it needs: the limit of its size decides first, and what its scans
     * cost after that.
     *
     * @return a split, a merge, or null when the page is fine
     */
    UpkeepTask examine(PageDescriptor descriptor) throws CorruptPageException {
        PageBuffer buffer = pages.scan(descriptor);
        boolean full = wantsSplit(buffer);
        dropDead(buffer);
        int count = buffer.page.count();
        if (full && count >= 2 && count > rowsMax(buffer) * KEEP_SHARE) {
            return new PageSplit(this, descriptor, false);
        }
        if (costs.wantsSplit(descriptor, count)) {
            costs.noteSplit();
            return new PageSplit(this, descriptor, true);
        }
        return count <= rowsMax(buffer) * COSTLY_MERGE_SHARE ? merge(buffer) : null;
    }

    /** The smaller of two neighbours gives way, so that the larger keeps its centroid; null when they do not fit. */
    private UpkeepTask merge(PageBuffer buffer) throws CorruptPageException {
        PageDescriptor neighbour = nearestOther(buffer.descriptor);
        if (neighbour == null) {
            return null;
        }
        int rows = buffer.page.count();
        PageBuffer other = pages.scan(neighbour);
        boolean fits = rows + other.page.count() < rowsMax(other) * SPLIT_SHARE;
        if (!fits || !isSmall(buffer) && !costs.mergePays(buffer.descriptor, rows, neighbour, other.page.count())) {
            return null;
        }
        return new PageMerge(this, other.page.count() < rows ? neighbour : buffer.descriptor);
    }

    private PageDescriptor nearestOther(PageDescriptor descriptor) {
        float[] centroid = scratch.moving(dimension);
        directory.centroid(descriptor, centroid);
        for (PageDescriptor near : directory.nearest(centroid, PageMerge.CANDIDATES)) {
            if (near != descriptor && near.takesRows()) {
                return near;
            }
        }
        return null;
    }

    private void dropDead(PageBuffer buffer) {
        int before = buffer.page.count();
        for (int i = before - 1; i >= 0; i--) {
            if (!live.accepts(buffer.page.row(i))) {
                pages.drop(buffer, i);
            }
        }
        buffer.descriptor.setDeadRowsHint(0);
        if (before - buffer.page.count() > before * REWRITE_SHARE) {
            pages.rearranged(buffer);
        }
    }

    /**
     * Gives a page back the row count and centroid that its damaged descriptor or centroid block lost; a page that is
     * damaged itself ends up faulted.
     */
    void recover(PageDescriptor descriptor) {
        try {
            restore(descriptor);
        } catch (CorruptPageException e) {
            // its descriptor says so, and every answer that would have used it
        } catch (ColdBlockException e) {
            descriptor.setFaulted("its centroid is damaged, and is made anew when its rows have been fetched");
            recovering.accept(descriptor);
        }
    }

    /** As {@link #recover}, for a page that waits for its rows to be fetched; what it lacks still is thrown. */
    void recoverFetched(PageDescriptor descriptor) throws ColdBlockException {
        String fault = descriptor.fault();
        descriptor.setFaulted(null);
        try {
            restore(descriptor);
        } catch (CorruptPageException e) {
            // its descriptor says so
        } catch (ColdBlockException e) {
            descriptor.setFaulted(fault);
            throw e;
        }
    }

    private void restore(PageDescriptor descriptor) throws CorruptPageException, ColdBlockException {
        PageBuffer buffer = pages.scan(descriptor);
        pages.requireVectors(buffer, 0, buffer.page.count(), buffer.page.count());
        descriptor.setRows(buffer.page.count());
        directory.setCentroid(descriptor, mean(buffer));
        pages.recode(buffer);
    }

    private float[] mean(PageBuffer buffer) throws ColdBlockException {
        int count = buffer.page.count();
        float[] row = new float[dimension]; // this may come in the middle of work that uses the scratch
        double[] sum = new double[dimension];
        for (int i = 0; i < count; i++) {
            pages.vector(buffer, i, row);
            for (int j = 0; j < dimension; j++) {
                sum[j] += row[j];
            }
        }
        float[] mean = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            mean[j] = (float) (sum[j] / Math.max(1, count));
        }
        return mean;
    }

    /** Squared distance of a zero-padded vector to a page's centroid. */
    float distance(PageDescriptor page, float[] vector) {
        return directory.squaredDistance(page, vector);
    }

    void noteSplit() {
        splits++;
    }

    void noteMerge() {
        merges++;
    }

    void noteReassigned() {
        rowsReassigned++;
    }

    long splits() {
        return splits;
    }

    long merges() {
        return merges;
    }

    /** Rows that went to a nearer page after a split of it. */
    long rowsReassigned() {
        return rowsReassigned;
    }

    /** Splits and merges so far. */
    long reorganisations() {
        return splits + merges;
    }
}
