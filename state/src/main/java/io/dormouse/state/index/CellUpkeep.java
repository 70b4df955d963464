// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import java.util.Arrays;

/** Divides cells that hold too many pages and dissolves those that hold hardly any. */
final class CellUpkeep {
    private static final int NEIGHBOURS = 8;

    /** A cell is dissolved when it holds at most this share of what it may hold. */
    private static final double DISSOLVE_SHARE = 0.1;

    private final DirectoryCells cells;
    private final DirectoryScratch scratch;
    private final int dimension;
    private final int pagesMin;
    private long moves;

    /** @param pagesMin pages up to which a cell is never divided */
    CellUpkeep(DirectoryCells cells, DirectoryScratch scratch, int dimension, int pagesMin) {
        this.cells = cells;
        this.scratch = scratch;
        this.dimension = dimension;
        this.pagesMin = pagesMin;
    }

    /** A vector with the padding that kernels want. */
    static float[] padded(int dimension) {
        int unit = VectorKernels.QUERY_PADDING;
        return new float[(dimension + unit - 1) / unit * unit];
    }

    /** A vector with that padding, zero in it: the given one if it has the length. */
    static float[] padded(int dimension, float[] given) {
        float[] fresh = given.length >= dimension && given.length - dimension < VectorKernels.QUERY_PADDING
                ? given
                : padded(dimension);
        Arrays.fill(fresh, dimension, fresh.length, 0f);
        return fresh;
    }

    /** Pages a cell may hold: one and a half times the square root of all. */
    private int pagesMax(int pages) {
        return Math.max(pagesMin, (int) (1.5 * Math.sqrt(pages)));
    }

    /** How often a page has changed its cell. */
    long moves() {
        return moves;
    }

    /** Divides a cell when it has outgrown its limit. */
    void afterAdd(DirectoryCell cell, int pages) {
        if (cell.size <= pagesMax(pages)) {
            return;
        }
        TwoMeans twoMeans = scratch.twoMeans;
        float[] moving = scratch.moving(dimension);
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
        TopK nearest = cells.nearest(centroid, NEIGHBOURS + 2);
        int count = nearest.size();
        int[] neighbours = new int[count];
        float[] moving = scratch.moving(dimension);
        for (int i = 0; i < count; i++) {
            neighbours[i] = nearest.tag(i);
        }
        for (int i = 0; i < count; i++) {
            DirectoryCell from = cells.loaded(cells.cell(neighbours[i]));
            boolean halved = from == first || from == second;
            for (int p = from.size - 1; p >= 0; p--) {
                from.centroids.get(p, moving);
                DirectoryCell to =
                        halved ? nearestOf(neighbours, moving) : nearer(nearer(from, first, moving), second, moving);
                if (to != from && from.size > 1) {
                    move(from.pages[p], cells.loaded(to));
                }
            }
        }
    }

    private DirectoryCell nearestOf(int[] neighbours, float[] centroid) {
        DirectoryCell best = cells.cell(neighbours[0]);
        for (int neighbour : neighbours) {
            best = nearer(best, cells.cell(neighbour), centroid);
        }
        return best;
    }

    private DirectoryCell nearer(DirectoryCell one, DirectoryCell other, float[] centroid) {
        return cells.squaredL2(other, centroid) < cells.squaredL2(one, centroid) ? other : one;
    }

    /** Moves a page to the cell that is nearest now. */
    void rehome(PageDescriptor page, float[] centroid) {
        if (cells.count() > 1) {
            float[] moving = scratch.moving(dimension);
            System.arraycopy(centroid, 0, moving, 0, dimension);
            DirectoryCell to = cells.cell(cells.nearest(moving, 1).tag(0));
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
        float[] moving = scratch.moving(dimension);
        while (cell.size > 0) {
            PageDescriptor page = cell.pages[cell.size - 1];
            cell.centroids.get(page.position(), moving);
            TopK nearest = cells.nearest(moving, 2);
            DirectoryCell to = cells.cell(nearest.tag(0));
            move(page, cells.loaded(to == cell ? cells.cell(nearest.tag(1)) : to));
        }
        cells.remove(cell);
        moves++; // the last cell takes its place, with all its pages
    }

    private void move(PageDescriptor page, DirectoryCell to) {
        moves++;
        DirectoryCell from = page.cell();
        int row = page.position();
        to.adopt(page, from.centroids, row);
        from.removeAt(row);
    }
}
