// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.TwoMeans;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.store.BlockKind;

/**
 * Keeps the pages of one shard in shape by the rules of LIRE (SPFresh, SOSP 2023, section 3): a page over its limit
 * drops its dead rows and, if it is still too full, is divided by balanced 2-means; then rows that ended up in the wrong
 * page are reassigned. A page with hardly any rows left is merged into its nearest neighbour.
 *
 * <p>Rows move between scan pages as codes; their exact vectors stay where they are in the raw log. All of this happens
 * in heap, in steps between records; the store sees the outcome at the next write-back, so every checkpoint finds pages
 * that are consistent. What a crash interrupts is only tidiness: a page over its limit is noticed again at its next
 * insert.
 */
final class PageMaintenance {
    /** A page is queued for its split when it is this full; the rest is room for what comes before the split. */
    private static final double SPLIT_SHARE = 0.9;

    /** A page that has at most this share of its limit after its dead rows went is not split. */
    private static final double KEEP_SHARE = 0.7;

    /** A page of at most this many rows is merged into its neighbour. */
    static final int MERGE_ROWS = 10;

    /** Nearest pages among which a page to merge with is looked for: itself, and some that may be damaged. */
    private static final int MERGE_CANDIDATES = 4;

    private final PageDirectory directory;
    private final ShardPages pages;
    private final LiveRows live;
    private final SearchScratch scratch;
    private final TwoMeans twoMeans;
    private final int dimension;

    private float[][] rows = new float[0][];
    private long splits;
    private long merges;

    PageMaintenance(PageDirectory directory, ShardPages pages, LiveRows live, SearchScratch scratch, int dimension) {
        this.directory = directory;
        this.pages = pages;
        this.live = live;
        this.scratch = scratch;
        this.twoMeans = new TwoMeans();
        this.dimension = dimension;
    }

    /** Whether a page has come so near to its limit that it should be split soon. */
    boolean wantsSplit(PageBuffer buffer) {
        return buffer.page.count() >= rowsMax(buffer) * SPLIT_SHARE;
    }

    /** Rows a page should hold at most: less than configured now when it was made under a lower limit. */
    private int rowsMax(PageBuffer buffer) {
        return Math.min(buffer.page.rowsMax(), pages.scanRowsMax());
    }

    /** Whether so many rows of a page have died that it should be cleaned. */
    static boolean wantsCleaning(PageDescriptor descriptor) {
        return descriptor.deadRowsHint() >= Math.max(8, descriptor.rows() / 4);
    }

    /**
     * Cleans a page and divides it if it is still too full.
     *
     * @return what remains to be done for its neighbourhood, or null
     */
    Reassignment split(PageDescriptor first) throws CorruptPageException {
        PageBuffer buffer = pages.scan(first);
        dropDead(buffer);
        int count = buffer.page.count();
        if (count < 2 || count <= rowsMax(buffer) * KEEP_SHARE) {
            return null;
        }
        float[] oldCentroid = new float[scratch.moving(dimension).length];
        directory.centroid(first, oldCentroid);
        boolean[] toSecond = twoMeans.divide(decoded(buffer), count, dimension);
        PageDescriptor second = directory.add(twoMeans.secondCentroid);
        directory.setCentroid(first, twoMeans.firstCentroid);
        PageBuffer other = pages.createScan(second, count);
        for (int i = count - 1; i >= 0; i--) {
            if (toSecond[i]) {
                pages.move(buffer, i, other);
            }
        }
        pages.recode(buffer);
        noteRearranged(buffer);
        noteRearranged(other);
        splits++;
        return new Reassignment(directory, pages, scratch, first, second, oldCentroid, dimension);
    }

    /** Drops the dead rows of a page; merges it into its nearest neighbour when hardly any are left. */
    void clean(PageDescriptor descriptor) throws CorruptPageException {
        PageBuffer buffer = pages.scan(descriptor);
        dropDead(buffer);
        if (buffer.page.count() <= MERGE_ROWS && directory.size() > 1) {
            merge(descriptor, buffer);
        }
    }

    /**
     * Gives a page back the row count and centroid that its damaged descriptor or centroid block lost; a page that is
     * damaged itself ends up faulted.
     */
    void recover(PageDescriptor descriptor) {
        try {
            PageBuffer buffer = pages.scan(descriptor);
            descriptor.setRows(buffer.page.count());
            directory.setCentroid(descriptor, mean(decoded(buffer), buffer.page.count()));
            pages.recode(buffer);
        } catch (CorruptPageException e) {
            // its descriptor says so, and every answer that would have used it
        }
    }

    private float[] mean(float[][] rows, int count) {
        float[] mean = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += rows[i][j];
            }
            mean[j] = (float) (sum / Math.max(1, count));
        }
        return mean;
    }

    private void merge(PageDescriptor descriptor, PageBuffer buffer) throws CorruptPageException {
        PageDescriptor neighbour = nearestOther(descriptor);
        if (neighbour == null) {
            return;
        }
        PageBuffer target = pages.scan(neighbour);
        if (target.page.count() + buffer.page.count() > rowsMax(target) * SPLIT_SHARE) {
            return;
        }
        for (int i = buffer.page.count() - 1; i >= 0; i--) {
            pages.move(buffer, i, target);
        }
        pages.remove(BlockKind.SCAN, buffer);
        directory.remove(descriptor);
        neighbour.setRows(target.page.count());
        merges++;
    }

    private PageDescriptor nearestOther(PageDescriptor descriptor) {
        float[] centroid = scratch.moving(dimension);
        directory.centroid(descriptor, centroid);
        for (PageDescriptor candidate : directory.nearest(centroid, MERGE_CANDIDATES)) {
            if (candidate != descriptor && !candidate.faulted()) {
                return candidate;
            }
        }
        return null;
    }

    private void dropDead(PageBuffer buffer) {
        int before = buffer.page.count();
        for (int i = before - 1; i >= 0; i--) {
            if (!live.accepts(buffer.page.row(i))) {
                buffer.page.remove(i);
            }
        }
        buffer.descriptor.setDeadRowsHint(0);
        if (buffer.page.count() != before) {
            noteRearranged(buffer);
        }
    }

    private void noteRearranged(PageBuffer buffer) {
        pages.rearranged(buffer);
        buffer.descriptor.setRows(buffer.page.count());
    }

    private float[][] decoded(PageBuffer buffer) {
        VectorPage page = buffer.page;
        if (rows.length < page.count()) {
            rows = new float[Math.max(page.count(), pages.scanRowsMax())][dimension];
        }
        for (int i = 0; i < page.count(); i++) {
            pages.vector(buffer, i, rows[i]);
        }
        return rows;
    }

    long splits() {
        return splits;
    }

    long merges() {
        return merges;
    }
}
