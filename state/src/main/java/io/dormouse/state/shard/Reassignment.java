// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * After a split of page A0 into A1 and A2, finds the rows that are now in the wrong page, one page a step. With D the
 * distance of a row v to a centroid (LIRE, SPFresh section 3.3):
 *
 * <ul>
 *   <li>a row of A1 or A2 may belong to a neighbour if D(v, A0) was below its D now: it goes to the nearest of all;
 *   <li>a row of one of the {@value #NEIGHBOURS} nearest pages B may belong to Ai if D(v, Ai) is below both D(v, A0) and
 *       D(v, B).
 * </ul>
 */
final class Reassignment {
    static final int NEIGHBOURS = 64;

    private final PageDirectory directory;
    private final ShardPages pages;
    private final SearchScratch scratch;
    private final VectorKernels kernels;
    private final PageDescriptor first;
    private final PageDescriptor second;
    /** A0's centroid as a row that kernels can read, with room past its end. */
    private final byte[] old;

    private final PageDescriptor[] neighbours;
    private final int dimension;
    private int next = -2;

    Reassignment(
            PageDirectory directory,
            ShardPages pages,
            SearchScratch scratch,
            PageDescriptor first,
            PageDescriptor second,
            float[] oldCentroid,
            int dimension) {
        this.directory = directory;
        this.pages = pages;
        this.scratch = scratch;
        this.kernels = scratch.kernels;
        this.first = first;
        this.second = second;
        this.dimension = dimension;
        this.old = row(oldCentroid, dimension);
        this.neighbours = nearest(oldCentroid);
    }

    /** Does the next page; false when all are done. */
    boolean step() {
        PageDescriptor page = next == -2 ? first : next == -1 ? second : neighbours[next];
        next++;
        try {
            if (!page.gone() && !page.faulted() && !first.gone() && !second.gone()) {
                if (next <= 0) {
                    leave(page);
                } else {
                    join(page);
                }
            }
        } catch (CorruptPageException e) {
            // one of the pages is damaged and marked so: rows stay where they are, which costs recall and no row
        }
        return next < neighbours.length;
    }

    /** Rows of a new page that were nearer to the old centroid go to the nearest page of all. */
    private void leave(PageDescriptor from) throws CorruptPageException {
        PageBuffer buffer = pages.scan(from);
        float[] vector = scratch.moving(dimension);
        for (int i = buffer.page.count() - 1; i >= 0; i--) {
            pages.vector(buffer, i, vector);
            if (toOld(vector) < toCentroid(from, vector)) {
                PageDescriptor nearest = directory.nearest(vector);
                move(buffer, i, nearest);
            }
        }
    }

    /** Rows of a neighbour that are nearer to one of the new pages go there. */
    private void join(PageDescriptor from) throws CorruptPageException {
        PageBuffer buffer = pages.scan(from);
        float[] vector = scratch.moving(dimension);
        for (int i = buffer.page.count() - 1; i >= 0; i--) {
            pages.vector(buffer, i, vector);
            float toFirst = toCentroid(first, vector);
            float toSecond = toCentroid(second, vector);
            float nearest = Math.min(toFirst, toSecond);
            if (nearest < toCentroid(from, vector) && nearest < toOld(vector)) {
                move(buffer, i, toFirst <= toSecond ? first : second);
            }
        }
    }

    private void move(PageBuffer from, int i, PageDescriptor to) throws CorruptPageException {
        if (to == null || to == from.descriptor) {
            return;
        }
        PageBuffer target = pages.scan(to);
        VectorPage page = target.page;
        if (!page.isFull()) {
            pages.move(from, i, target);
            from.descriptor.setRows(from.page.count());
            to.setRows(page.count());
        }
    }

    /** A vector in the form of a stored row, with room to read past its end. */
    private static byte[] row(float[] vector, int dimension) {
        byte[] row = new byte[dimension * Float.BYTES + VectorKernels.SLACK_BYTES];
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector, 0, dimension);
        return row;
    }

    private float toOld(float[] vector) {
        return kernels.float32().squaredL2(old, 0, vector, dimension);
    }

    private float toCentroid(PageDescriptor page, float[] vector) {
        return directory.squaredDistance(page, vector);
    }

    private PageDescriptor[] nearest(float[] centroid) {
        return Arrays.stream(directory.nearest(centroid, NEIGHBOURS + 2))
                .filter(page -> page != first && page != second)
                .toArray(PageDescriptor[]::new);
    }
}
