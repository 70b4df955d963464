// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import java.util.Objects;

/**
 * Working memory of directories, shared by all of one thread: what it holds is of no use once a call has returned, so that
 * an awake shard need not have its own.
 */
public final class DirectoryScratch {
    final VectorKernels kernels;
    /** The pages nearest to a vector that is written or moved. */
    final RankedPages ranked = new RankedPages();
    /** The cells nearest to what is looked for. */
    final TopK nearestCells = new TopK(64);
    /** Divides cells. */
    final TwoMeans twoMeans;

    private float[] cellDistances = new float[64];
    private float[] pageDistances = new float[64];
    private float[] moving = new float[0];

    public DirectoryScratch(VectorKernels kernels) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.twoMeans = new TwoMeans(kernels);
    }

    /** Room for the distances of so many cells. */
    float[] cellDistances(int cells) {
        if (cellDistances.length < cells) {
            cellDistances = new float[2 * cells];
        }
        return cellDistances;
    }

    /** Room for the distances of so many pages. */
    float[] pageDistances(int pages) {
        if (pageDistances.length < pages) {
            pageDistances = new float[2 * pages];
        }
        return pageDistances;
    }

    /** The centroid of a page that goes to another cell, zero padded as kernels want it. */
    float[] moving(int dimension) {
        float[] padded = CellUpkeep.padded(dimension, moving);
        moving = padded;
        return padded;
    }
}
