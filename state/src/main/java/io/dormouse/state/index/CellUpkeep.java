// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;

/** Divides cells that hold too many pages and dissolves those that hold hardly any. */
final class CellUpkeep {
    private static final int NEIGHBOURS = 8;

    /** A cell is dissolved when it holds at most this share of what it may hold. */
    private static final double DISSOLVE_SHARE = 0.1;

    private final DirectoryCells cells;
    private final VectorKernels kernels;
    private final int dimension;
    private final int pagesMin;
    private final TwoMeans twoMeans;
    private final float[] moving;
    private int[] neighbours = new int[0];

    /** @param pagesMin pages up to which a cell is never divided */
    CellUpkeep(DirectoryCells cells, VectorKernels kernels, int dimension, int pagesMin) {
        this.cells = cells;
        this.kernels = kernels;
        this.dimension = dimension;
        this.pagesMin = pagesMin;
        this.moving = padded(dimension);
        this.twoMeans = new TwoMeans(kernels);
    }

    /** A vector with the padding that kernels want. */
    static float[] padded(int dimension) {
        int unit = VectorKernels.QUERY_PADDING;
        return new float[(dimension + unit - 1) / unit * unit];
    }

    /** Pages a cell may hold: one and a half times the square root of all. */
    private int pagesMax(int pages) {
        return Math.max(pagesMin, (int) (1.5 * Math.sqrt(pages)));
    }

    /** Divides a cell when it has outgrown its limit. */
    void afterAdd(DirectoryCell cell, int pages) {
        if (cell.size <= pagesMax(pages)) {
            return;
        }
        twoMeans.begin(this, cell.size, dimension);
        for (int i = 0; i < cell.size; i++) {
            cell.centroids.get(i, moving);
            twoMeans.add(moving);
        }
        boolean done = false;
        while (!done) {
            done = twoMeans.iterate();
        }
        DirectoryCell second = cells.add(twoMeans.secondCentroid());
        if (second == null) {
            return;
        }
        cells.setCentroid(cell, twoMeans.firstCentroid());
        for (int i = cell.size - 1; i >= 0; i--) {
            if (twoMeans.isSecond(i)) {
                move(cell.pages[i], second);
            }
        }
        tidy(cell, second);
    }

    /** Pages of neighbouring cells that are nearer to one of two new cells move there, and the other way round. */
    private void tidy(DirectoryCell first, DirectoryCell second) {
        float[] centroid = padded(dimension);
        cells.centroid(first, centroid);
        TopK nearest = cells.nearest(kernels, centroid, NEIGHBOURS + 2);
        if (neighbours.length < nearest.size()) {
            neighbours = new int[NEIGHBOURS + 2];
        }
        int count = nearest.size();
        for (int i = 0; i < count; i++) {
            neighbours[i] = nearest.tag(i);
        }
        for (int i = 0; i < count; i++) {
            DirectoryCell from = cells.loaded(cells.cell(neighbours[i]));
            boolean halved = from == first || from == second;
            for (int p = from.size - 1; p >= 0; p--) {
                from.centroids.get(p, moving);
                DirectoryCell to = halved ? nearestOf(count) : nearer(nearer(from, first), second);
                if (to != from && from.size > 1) {
                    move(from.pages[p], cells.loaded(to));
                }
            }
        }
    }

    private DirectoryCell nearestOf(int count) {
        DirectoryCell best = cells.cell(neighbours[0]);
        for (int i = 1; i < count; i++) {
            best = nearer(best, cells.cell(neighbours[i]));
        }
        return best;
    }

    private DirectoryCell nearer(DirectoryCell one, DirectoryCell other) {
        return cells.squaredL2(kernels, other, moving) < cells.squaredL2(kernels, one, moving) ? other : one;
    }

    /** Moves a page to the cell that is nearest now. */
    void rehome(PageDescriptor page, float[] centroid) {
        if (cells.count() > 1) {
            System.arraycopy(centroid, 0, moving, 0, dimension);
            DirectoryCell to = cells.cell(cells.nearest(kernels, moving, 1).tag(0));
            if (to != page.cell()) {
                DirectoryCell from = page.cell();
                move(page, cells.loaded(to));
                afterRemove(from);
            }
        }
    }

    /** Dissolves a cell when hardly any pages are left in it. */
    void afterRemove(DirectoryCell cell) {
        if (cells.count() == 1 || cell.size > DISSOLVE_SHARE * pagesMin) {
            return;
        }
        while (cell.size > 0) {
            PageDescriptor page = cell.pages[cell.size - 1];
            cell.centroids.get(page.position(), moving);
            TopK nearest = cells.nearest(kernels, moving, 2);
            DirectoryCell to = cells.cell(nearest.tag(0));
            move(page, cells.loaded(to == cell ? cells.cell(nearest.tag(1)) : to));
        }
        cells.remove(cell);
    }

    private static void move(PageDescriptor page, DirectoryCell to) {
        DirectoryCell from = page.cell();
        int row = page.position();
        to.adopt(page, from.centroids, row);
        from.removeAt(row);
    }
}
