// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.store.WarmStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The pages of a shard by their centroids: what a query ranks to find the pages to probe, and an insert to find the page
 * to go to. Two levels, coarse to fine (SPEC rows DP8, TK4): pages are grouped into <em>cells</em> of about the square
 * root of their number; a vector is compared with the centroids of all cells, and with those of the pages in the nearest
 * cells only. So the work of a look-up grows with the square root of the pages.
 *
 * <p><b>Paged.</b> A shard wakes with the root alone: the cells and their centroids. A cell is loaded when it is first
 * among the nearest, as one block of the hot cache, and when it is evicted the pages in it go with it: a cell is used
 * whenever one of its pages is, so it is never colder than they are.
 *
 * <p><b>Upkeep.</b> A cell that outgrows its limit is divided by 2-means over its page centroids; then pages of the
 * neighbouring cells that are nearer to one of the halves move there, as rows do after a page was split. A page whose
 * centroid moved goes to the cell that is nearest now, and a cell with hardly any pages is dissolved into its neighbours.
 *
 * <p><b>Damage.</b> A page whose stored descriptor or centroid is damaged is handed to the {@link #recoverWith recovery};
 * the pages of a damaged cell are those that are stored and in no other cell; a damaged root is made anew from the cells.
 */
public final class PageDirectory {
    /** Cells a shard may have; then they grow beyond their limit. */
    static final int CELLS_MAX = 4_096;

    /** Pages a shard may make in its life. */
    public static final int PAGES_MAX = 1 << 30;

    /** A cell of at most so many pages is never divided. */
    private static final int CELL_PAGES_MIN = 48;

    /** A query visits cells up to this many times the squared distance of the last page that it wants. */
    private static final float CELL_SLACK = 1.2f;

    /** Inner products know no such limit: as many times the pages wanted, and so many more, are looked at. */
    private static final int COVER_PRODUCT = 16;

    private static final int COVER_PRODUCT_MIN = 256;

    /** An insert visits cells, nearest first, until they hold this many times the pages that it wants. */
    private static final int COVER = 4;

    private static final int CELLS_VISITED_MIN = 4;

    /** Pages among which an insert looks for the nearest. */
    private static final int INSERT_PAGES = 16;

    private final DirectoryCells cells;
    private final CellUpkeep upkeep;
    private final FlatDirectory flat;
    private final DirectoryScratch scratch;
    private final int dimension;
    /** Pages to complete that were found before anyone could; null when there were none. */
    private Deque<PageDescriptor> incomplete;

    private Consumer<PageDescriptor> recovery;
    private int size;
    private int nextPage;

    /**
     * An empty directory.
     *
     * @param resident the shard's blocks in the cache, by key
     * @param selectShard makes the store speak of this shard: write-back comes at any time
     */
    public PageDirectory(
            WarmStore store,
            HotPageCache cache,
            LongObjectHashMap<CachedBlock> resident,
            Runnable selectShard,
            DirectoryScratch scratch,
            int dimension) {
        this(store, cache, resident, selectShard, scratch, dimension, CELL_PAGES_MIN);
    }

    /** With cells of another least size, for tests. */
    PageDirectory(
            WarmStore store,
            HotPageCache cache,
            LongObjectHashMap<CachedBlock> resident,
            Runnable selectShard,
            DirectoryScratch scratch,
            int dimension,
            int cellPagesMin) {
        this.scratch = Objects.requireNonNull(scratch, "scratch");
        this.dimension = dimension;
        cells = new DirectoryCells(store, cache, resident, selectShard, scratch, dimension, this::noteIncomplete);
        upkeep = new CellUpkeep(cells, scratch, dimension, cellPagesMin);
        flat = new FlatDirectory(store, dimension);
    }

    /**
     * Reads which cells there are; the store has the shard selected.
     *
     * @param nextPage number the next new page will get
     * @return whether the directory was as it should be; if not it was mended, and should be stored
     */
    public boolean load(int nextPage) {
        this.nextPage = nextPage;
        cells.setNextPage(nextPage);
        boolean whole = nextPage == 0 || cells.load();
        if (!whole && !flat.move(nextPage, this::adopt)) {
            cells.rebuild();
        }
        size = 0;
        for (int i = 0; i < cells.count(); i++) {
            size += cells.cell(i).size;
        }
        return whole;
    }

    private void adopt(PageDescriptor page, float[] centroid) {
        size++;
        place(page, centroid == null ? new float[dimension] : centroid);
        if (centroid == null || page.rows() == PageDescriptor.ROWS_UNKNOWN) {
            noteIncomplete(page);
        }
    }

    /** Sets who completes pages whose descriptor or centroid was damaged; hands over those already found. */
    public void recoverWith(Consumer<PageDescriptor> recovery) {
        this.recovery = recovery;
        while (incomplete != null && !incomplete.isEmpty()) {
            recovery.accept(incomplete.poll());
        }
        incomplete = null;
    }

    private void noteIncomplete(PageDescriptor page) {
        if (recovery != null) {
            recovery.accept(page);
            return;
        }
        if (incomplete == null) {
            incomplete = new ArrayDeque<>();
        }
        incomplete.add(page);
    }

    /** Adds a page with this centroid. */
    public PageDescriptor add(float[] centroid) {
        if (nextPage == PAGES_MAX) {
            throw new IllegalStateException(
                    "a shard makes at most " + PAGES_MAX + " pages: create the namespace with more partitions");
        }
        PageDescriptor page = new PageDescriptor(nextPage++);
        cells.setNextPage(nextPage);
        size++;
        place(page, centroid);
        return page;
    }

    private void place(PageDescriptor page, float[] centroid) {
        DirectoryCell cell;
        if (cells.count() == 0) {
            cell = cells.add(centroid);
        } else {
            float[] vector = CellUpkeep.padded(dimension);
            System.arraycopy(centroid, 0, vector, 0, dimension);
            cell = cells.loaded(cells.cell(cells.nearest(vector, 1).tag(0)));
        }
        cell.add(page);
        cell.setCentroid(page, centroid);
        upkeep.afterAdd(cell, size);
    }

    /** How often a page has changed its cell since the shard woke: who walks through the cells may have missed it. */
    public long cellChanges() {
        return upkeep.moves();
    }

    /** Moves a page's centroid. */
    public void setCentroid(PageDescriptor page, float[] centroid) {
        page.cell().setCentroid(page, centroid);
        upkeep.rehome(page, centroid);
    }

    /** Copies a page's centroid into the array. */
    public void centroid(PageDescriptor page, float[] out) {
        page.cell().centroids.get(page.position(), out);
    }

    /** Squared distance of a page's centroid to a vector that is zero padded as kernels want it. */
    public float squaredDistance(PageDescriptor page, float[] vector) {
        return page.cell().centroids.squaredL2(scratch.kernels, page.position(), vector);
    }

    /** Forgets a page. */
    public void remove(PageDescriptor page) {
        DirectoryCell cell = page.cell();
        cell.removeAt(page.position());
        page.setGone();
        size--;
        upkeep.afterRemove(cell);
    }

    /** Stores what changed; pages must have been written back before. */
    public void flush() {
        cells.flush();
    }

    /**
     * Ranks the pages nearest to a query by their centroids, at most {@code wanted}. Cells are visited, nearest first, while
     * one may still hold a page that is near enough.
     */
    public void rank(PreparedQuery query, int wanted, RankedPages out) {
        out.reset(wanted);
        TopK nearest = cells.nearest(query, cells.count());
        boolean all = wanted >= size;
        int covered = 0;
        for (int i = 0; i < nearest.size(); i++) {
            if (!all && i >= CELLS_VISITED_MIN && tooFar(query.metric(), nearest.distance(i), out, covered, wanted)) {
                break;
            }
            DirectoryCell cell = cells.loaded(cells.cell(nearest.tag(i)));
            float[] distances = scratch.pageDistances(cell.size);
            cell.centroids.distances(query, distances);
            out.offer(cell.pages, distances, cell.size);
            covered += cell.size;
        }
        out.sort();
    }

    /**
     * Whether no page of a cell is likely to be among those wanted. In many dimensions what leads from the cell's centroid
     * to a page's is nearly orthogonal to what leads to the query, so pages are hardly nearer than their cell.
     */
    private static boolean tooFar(Metric metric, float cellDistance, RankedPages found, int covered, int wanted) {
        if (metric == Metric.INNER_PRODUCT) {
            return covered >= COVER_PRODUCT * (long) wanted + COVER_PRODUCT_MIN;
        }
        return cellDistance > CELL_SLACK * found.threshold();
    }

    /** The page whose centroid is nearest and that can take rows, or null when there is none. */
    public PageDescriptor nearest(float[] vector) {
        rank(vector, INSERT_PAGES);
        PageDescriptor found = firstOpen();
        if (found == null && size > INSERT_PAGES) {
            rank(vector, size);
            found = firstOpen();
        }
        return found;
    }

    private PageDescriptor firstOpen() {
        RankedPages ranked = scratch.ranked;
        for (int i = 0; i < ranked.size(); i++) {
            if (ranked.page(i).takesRows()) {
                return ranked.page(i);
            }
        }
        return null;
    }

    /** The pages whose centroids are nearest, at most {@code wanted}, nearest first. */
    public PageDescriptor[] nearest(float[] vector, int wanted) {
        rank(vector, wanted);
        RankedPages ranked = scratch.ranked;
        PageDescriptor[] found = new PageDescriptor[ranked.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = ranked.page(i);
        }
        return found;
    }

    private void rank(float[] vector, int wanted) {
        RankedPages ranked = scratch.ranked;
        ranked.reset(wanted);
        TopK nearest = cells.nearest(vector, cellsToVisit(wanted));
        int covered = 0;
        for (int i = 0; i < nearest.size() && !enough(i, covered, wanted); i++) {
            DirectoryCell cell = cells.loaded(cells.cell(nearest.tag(i)));
            float[] distances = scratch.pageDistances(cell.size);
            cell.centroids.squaredL2(scratch.kernels, vector, distances);
            ranked.offer(cell.pages, distances, cell.size);
            covered += cell.size;
        }
        ranked.sort();
    }

    /** An upper bound of the cells that hold enough pages; the nearest may be small ones. */
    private int cellsToVisit(int wanted) {
        return wanted >= size || cells.count() <= CELLS_VISITED_MIN
                ? cells.count()
                : (int) Math.min(cells.count(), CELLS_VISITED_MIN + 2L * COVER * wanted * cells.count() / size);
    }

    private boolean enough(int visited, int covered, int wanted) {
        return visited >= CELLS_VISITED_MIN && covered >= (long) COVER * wanted && wanted < size;
    }

    /**
     * The page of this number, or null when there is none.
     *
     * @param centroid its centroid, zero padded as kernels want it: the nearest cells are looked through first
     */
    public PageDescriptor find(int page, float[] centroid) {
        TopK nearest = cells.nearest(centroid, cells.count());
        int[] order = new int[nearest.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = nearest.tag(i);
        }
        for (int position : order) {
            PageDescriptor found = cells.loaded(cells.cell(position)).find(page);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The page of this number if it is in the cell of that number, else null. */
    public PageDescriptor find(int page, int cellNumber) {
        for (int i = 0; i < cells.count(); i++) {
            if (cells.cell(i).number == cellNumber) {
                return cells.loaded(cells.cell(i)).find(page);
            }
        }
        return null;
    }

    /** Hands over every page; the receiver must not let the cache evict meanwhile. */
    public void forEach(Consumer<PageDescriptor> receiver) {
        for (int i = 0; i < cells.count(); i++) {
            DirectoryCell cell = cells.loaded(cells.cell(i));
            for (int p = 0; p < cell.size; p++) {
                receiver.accept(cell.pages[p]);
            }
        }
    }

    /** Cells of the directory. */
    public int cells() {
        return cells.count();
    }

    /** Pages in a cell. */
    public int pagesIn(int cell) {
        return cells.loaded(cells.cell(cell)).size;
    }

    /** A page by its cell and its place therein. */
    public PageDescriptor at(int cell, int place) {
        return cells.loaded(cells.cell(cell)).pages[place];
    }

    /** Pages of the shard. */
    public int size() {
        return size;
    }

    /** Number the next new page will get. */
    public int nextPage() {
        return nextPage;
    }

    /** Heap beside the cached cells. */
    public int heapBytes() {
        return cells.heapBytes();
    }
}
