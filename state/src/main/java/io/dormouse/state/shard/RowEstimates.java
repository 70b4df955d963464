// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.VectorKernels;
import java.util.Arrays;

/**
 * Which rows of a scan page may be nearer to another centroid than to their own, told by their codes: most are not, and
 * need not be decoded, or fetched if the code is relative. Scratch of one thread.
 */
final class RowEstimates {
    /** A row may be nearer to another centroid if its code says that it is not farther by more than this share. */
    private static final float SLACK = 1.1f;

    private final PreparedQuery query;
    private float[] own = new float[0];
    private float[] nearest = new float[0];
    private float[] other = new float[0];
    private float[] centroid = new float[0];
    private float[] ownCentroid = new float[0];
    private PageDirectory directory;
    private PageBuffer buffer;

    RowEstimates(VectorKernels kernels) {
        query = new PreparedQuery(kernels, 64);
    }

    /** Begins with a page: estimates its rows' distances to its own centroid. */
    void begin(PageDirectory of, PageBuffer page) {
        directory = of;
        buffer = page;
        int rows = page.page.count();
        if (own.length < rows) {
            own = new float[rows];
            nearest = new float[rows];
            other = new float[rows];
        }
        ownCentroid = SearchScratch.room(ownCentroid, page.page.dimension());
        directory.centroid(page.descriptor, ownCentroid);
        estimate(ownCentroid, own);
        Arrays.fill(nearest, 0, rows, Float.POSITIVE_INFINITY);
    }

    /** Adds the centroid of a page, or nothing for null. */
    void add(PageDescriptor page) {
        if (page != null) {
            centroid = SearchScratch.room(centroid, buffer.page.dimension());
            directory.centroid(page, centroid);
            add(centroid);
        }
    }

    /** Adds a zero-padded centroid. */
    void add(float[] zeroPadded) {
        estimate(zeroPadded, other);
        for (int i = 0; i < buffer.page.count(); i++) {
            nearest[i] = Math.min(nearest[i], other[i]);
        }
    }

    /** Bits say nothing of a distance to a centroid, whose components are any numbers: every row may be nearer then. */
    private void estimate(float[] to, float[] out) {
        if (buffer.page.code() == Code.BINARY) {
            Arrays.fill(out, 0, buffer.page.count(), 0);
            return;
        }
        query.prepare(to, buffer.page.dimension(), Metric.L2);
        query.estimate(buffer.page, directory.squaredDistance(buffer.descriptor, to), out);
    }

    /** Whether the row may be nearer to one of the added centroids than to its own. */
    boolean mayBeNearer(int row) {
        return nearest[row] <= SLACK * own[row];
    }
}
