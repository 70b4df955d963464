// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.BlockOwner;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.WarmStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The cells of a directory and their centroids, which stay in heap while the shard is awake, and the bringing in and out
 * of the cells themselves, which are blocks of the hot cache.
 */
final class DirectoryCells implements BlockOwner {
    private final WarmStore store;
    private final DirectoryStore stored;
    private final HotPageCache cache;
    private final LongObjectHashMap<CachedBlock> resident;
    private final Runnable selectShard;
    private final DirectoryScratch scratch;
    private final int dimension;
    /** Is told of pages whose descriptor or centroid could not be read. */
    private final Consumer<PageDescriptor> incomplete;

    private final List<DirectoryCell> cells = new ArrayList<>();
    private CentroidMatrix centroids;
    private int nextPage;
    private boolean rootChanged;

    DirectoryCells(
            WarmStore store,
            HotPageCache cache,
            LongObjectHashMap<CachedBlock> resident,
            Runnable selectShard,
            DirectoryScratch scratch,
            int dimension,
            Consumer<PageDescriptor> incomplete) {
        this.store = store;
        this.stored = new DirectoryStore(store, dimension);
        this.cache = cache;
        this.resident = resident;
        this.selectShard = selectShard;
        this.scratch = scratch;
        this.dimension = dimension;
        this.incomplete = incomplete;
        this.centroids = new CentroidMatrix(dimension);
    }

    /** Reads the root; false when it is damaged or there is none. */
    boolean load() {
        boolean whole = stored.readRoot(this, cells, centroids);
        if (!whole) {
            cells.clear();
            centroids = new CentroidMatrix(dimension);
        }
        return whole;
    }

    int count() {
        return cells.size();
    }

    DirectoryCell cell(int position) {
        return cells.get(position);
    }

    /** Number the next new page will get; pages of lost cells are below it. */
    void setNextPage(int nextPage) {
        this.nextPage = nextPage;
    }

    /** A new, empty cell, or null when there are as many as there may be. */
    DirectoryCell add(float[] centroid) {
        if (cells.size() == PageDirectory.CELLS_MAX) {
            return null;
        }
        DirectoryCell cell = place(freeNumber());
        cell.open(dimension);
        cacheNew(cell);
        cell.notePagesChanged();
        centroids.set(cell.position, centroid);
        return cell;
    }

    private DirectoryCell place(int number) {
        DirectoryCell cell = new DirectoryCell(this, number);
        cell.position = cells.size();
        cells.add(cell);
        centroids.add();
        rootChanged = true;
        return cell;
    }

    private int freeNumber() {
        Set<Integer> taken = new HashSet<>();
        cells.forEach(cell -> taken.add(cell.number));
        int number = 0;
        while (taken.contains(number)) {
            number++;
        }
        return number;
    }

    /** Removes an empty cell from heap and store. */
    void remove(DirectoryCell cell) {
        int last = cells.size() - 1;
        centroids.remove(cell.position);
        DirectoryCell moved = cells.remove(last);
        if (moved != cell) {
            moved.position = cell.position;
            cells.set(cell.position, moved);
        }
        cache.remove(cell.block);
        resident.remove(cell.block.key());
        stored.remove(cell);
        cell.unload();
        rootChanged = true;
    }

    void setCentroid(DirectoryCell cell, float[] centroid) {
        centroids.set(cell.position, centroid);
        rootChanged = true;
    }

    void centroid(DirectoryCell cell, float[] out) {
        centroids.get(cell.position, out);
    }

    float squaredL2(DirectoryCell cell, float[] vector) {
        return centroids.squaredL2(scratch.kernels, cell.position, vector);
    }

    /** The cells nearest to a vector, nearest first; valid until the next call. The tag is the cell's position. */
    TopK nearest(float[] vector, int wanted) {
        float[] distances = scratch.cellDistances(cells.size());
        centroids.squaredL2(scratch.kernels, vector, distances);
        return select(distances, wanted);
    }

    /** The cells nearest to a query. */
    TopK nearest(PreparedQuery query, int wanted) {
        float[] distances = scratch.cellDistances(cells.size());
        centroids.distances(query, distances);
        return select(distances, wanted);
    }

    private TopK select(float[] distances, int wanted) {
        TopK nearest = scratch.nearestCells;
        nearest.reset(Math.max(1, Math.min(wanted, cells.size())));
        for (int i = 0; i < cells.size(); i++) {
            if (distances[i] <= nearest.threshold()) {
                nearest.offer(distances[i], cells.get(i).number, i);
            }
        }
        nearest.sort();
        return nearest;
    }

    /** The cell with its pages in heap; the store has the shard selected. */
    DirectoryCell loaded(DirectoryCell cell) {
        if (cell.loaded()) {
            cache.touch(cell.block);
            return cell;
        }
        try {
            open(cell, stored.readPages(cell.number));
            cell.noteStored(stored.chunks(cell.size));
            stored.readCentroids(cell).forEach(incomplete);
        } catch (CorruptBlockException e) {
            List<PageDescriptor> pages = orphans();
            open(cell, pages);
            cell.noteStored(stored.chunks(cell.size));
            cell.notePagesChanged();
            pages.forEach(incomplete);
        }
        return cell;
    }

    private void open(DirectoryCell cell, List<PageDescriptor> pages) {
        cell.open(dimension);
        cell.pagesChanged = true;
        pages.forEach(cell::add);
        cacheNew(cell);
    }

    /** Pages that are stored and belong to no readable cell. */
    private List<PageDescriptor> orphans() {
        Set<Integer> known = new HashSet<>();
        for (DirectoryCell cell : cells) {
            known.addAll(pagesOf(cell));
        }
        List<PageDescriptor> orphans = new ArrayList<>();
        for (int page = 0; page < nextPage; page++) {
            if (!known.contains(page) && stored.hasPage(page)) {
                orphans.add(PageDescriptor.lost(page));
            }
        }
        return orphans;
    }

    private List<Integer> pagesOf(DirectoryCell cell) {
        List<Integer> numbers = new ArrayList<>();
        if (cell.loaded()) {
            for (int i = 0; i < cell.size; i++) {
                numbers.add(cell.pages[i].page());
            }
            return numbers;
        }
        try {
            stored.readPages(cell.number).forEach(page -> numbers.add(page.page()));
        } catch (CorruptBlockException e) {
            // this is a lost one itself
        }
        return numbers;
    }

    /** Makes a lost root anew: every stored cell, its centroid the mean of its pages', and one for pages without a cell. */
    void rebuild() {
        for (int number = 0; number < PageDirectory.CELLS_MAX; number++) {
            if (stored.hasCell(number)) {
                DirectoryCell cell = loaded(place(number));
                setCentroid(cell, cell.centroids.mean());
            }
        }
        List<PageDescriptor> orphans = orphans();
        if (!orphans.isEmpty()) {
            DirectoryCell cell = add(new float[dimension]);
            orphans.forEach(cell::add);
            orphans.forEach(incomplete);
        }
    }

    private void cacheNew(DirectoryCell cell) {
        long key = BlockKey.of(BlockKind.CELL, cell.number);
        cell.block = new CachedBlock(this, key, cell);
        cache.add(cell.block, cell.heapBytes());
        resident.put(key, cell.block);
    }

    /** Notes that so many bytes of a cell must be stored. */
    void changed(DirectoryCell cell, int bytes) {
        if (cell.block != null) {
            cache.markDirty(cell.block, Math.max(1, bytes), cell.heapBytes());
        }
    }

    /** Notes that the number of pages in a cell changed. */
    void noteSizesChanged() {
        rootChanged = true;
    }

    @Override
    public void writeBack(CachedBlock block) {
        selectShard.run();
        stored.write((DirectoryCell) block.content());
    }

    /** The pages of the cell leave with it; storing them may change what the cell says of them. */
    @Override
    public void evicted(CachedBlock block) {
        DirectoryCell cell = (DirectoryCell) block.content();
        resident.remove(block.key());
        cell.block = null;
        for (int i = 0; i < cell.size; i++) {
            CachedBlock page = cell.pages[i].resident();
            if (page != null) {
                cache.writeBack(page);
                cache.remove(page);
                page.owner().evicted(page);
            }
            cell.pages[i].setGone();
        }
        selectShard.run();
        stored.write(cell);
        cell.unload();
    }

    /** Stores what changed; pages must have been written back. */
    void flush() {
        for (DirectoryCell cell : cells) {
            if (cell.loaded()) {
                cache.writeBack(cell.block);
            }
        }
        if (rootChanged) {
            stored.writeRoot(cells, centroids);
            rootChanged = false;
        }
    }

    /** Heap that stays while the shard is awake. */
    int heapBytes() {
        return 256 + centroids.heapBytes() + 96 * cells.size();
    }
}
