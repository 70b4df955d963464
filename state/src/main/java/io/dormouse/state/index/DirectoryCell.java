// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.cache.CachedBlock;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One coarse cell of the directory: neighbouring pages, their descriptors and centroids. It is loaded when it is first
 * asked for and leaves the heap again with the pages in it; what always stays is its place among the cells.
 */
final class DirectoryCell {
    private static final int PAGES_FIRST = 1;

    private final DirectoryCells cells;

    /** Number of the cell: part of the keys of its blocks. */
    final int number;
    /** Row of its centroid among those of all cells; changes when cells are removed. */
    int position;
    /** Pages in it, known without loading it. */
    int size;

    /** Descriptors by row of {@link #centroids}; null while the cell is not loaded. */
    PageDescriptor[] pages;

    CentroidMatrix centroids;

    /** Its entry in the cache while it is loaded. */
    CachedBlock block;

    /** Chunks of centroids that the store has. */
    int chunksStored;
    /** Descriptors, or which pages there are, differ from what is stored. */
    boolean pagesChanged;
    /** Centroids that differ from what is stored, by row. */
    final BitSet centroidsChanged = new BitSet();

    DirectoryCell(DirectoryCells cells, int number) {
        this.cells = cells;
        this.number = number;
    }

    boolean loaded() {
        return pages != null;
    }

    /** Makes an unloaded cell a loaded one without pages. */
    void open(int dimension) {
        pages = new PageDescriptor[PAGES_FIRST];
        centroids = new CentroidMatrix(dimension);
        size = 0;
    }

    /** Leaves the heap. */
    void unload() {
        pages = null;
        centroids = null;
        block = null;
        pagesChanged = false;
        centroidsChanged.clear();
    }

    /** Adds a page whose centroid is still to be set. */
    void add(PageDescriptor page) {
        if (size == pages.length) {
            pages = Arrays.copyOf(pages, size + (size >> 1) + 1);
        }
        page.place(this, size);
        pages[size++] = page;
        centroids.add();
        cells.noteSizesChanged();
        notePagesChanged();
    }

    void setCentroid(PageDescriptor page, float[] centroid) {
        centroids.set(page.position(), centroid);
        noteCentroidChanged(page.position());
    }

    /** Adds a page that another cell still has, with its centroid. */
    void adopt(PageDescriptor page, CentroidMatrix from, int row) {
        add(page);
        centroids.copy(from, row, size - 1);
        noteCentroidChanged(size - 1);
    }

    /** Takes out the page at a place; the last one takes its place. */
    void removeAt(int row) {
        int last = --size;
        centroids.remove(row);
        if (row != last) {
            pages[row] = pages[last];
            pages[row].place(this, row);
            noteCentroidChanged(row);
        }
        pages[last] = null;
        centroidsChanged.clear(last);
        cells.noteSizesChanged();
        notePagesChanged();
    }

    /** The page of this number, or null when it is in another cell. */
    PageDescriptor find(int page) {
        for (int i = 0; i < size; i++) {
            if (pages[i].page() == page) {
                return pages[i];
            }
        }
        return null;
    }

    /** Notes that the store has the cell as it is now. */
    void noteStored(int chunks) {
        chunksStored = chunks;
        pagesChanged = false;
        centroidsChanged.clear();
    }

    /** Notes that a descriptor, or which pages there are, changed. */
    void notePagesChanged() {
        if (!pagesChanged) {
            pagesChanged = true;
            cells.changed(this, Math.max(1, size) * PageDescriptor.STORED_BYTES);
        }
    }

    private void noteCentroidChanged(int row) {
        if (!centroidsChanged.get(row)) {
            centroidsChanged.set(row);
            cells.changed(this, centroids.rowBytes());
        }
    }

    int heapBytes() {
        return 128 + pages.length * (4 + PageDescriptor.HEAP_BYTES) + centroids.heapBytes();
    }
}
