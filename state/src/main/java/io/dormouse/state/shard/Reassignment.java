// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.IntArrayList;
import com.carrotsearch.hppc.cursors.IntCursor;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageState;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.CorruptPageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * After a split of page A0 into A1 and A2, finds the rows that are now in the wrong page, a few pages a step. With D the
 * distance of a row v to a centroid (LIRE, SPFresh section 3.3):
 *
 * <ul>
 *   <li>a row of A1 or A2 may belong to a neighbour if D(v, A0) was below its D now: it goes to the nearest of all;
 *   <li>a row of one of the {@value #NEIGHBOURS} nearest pages B may belong to Ai if D(v, Ai) is below both D(v, A0) and
 *       D(v, B).
 * </ul>
 *
 * A row whose exact vector would have to be fetched from object storage stays where it is. The nearest pages come first: when work piles up, the rest of the oldest reassignment is what matters least.
 */
final class Reassignment implements UpkeepTask {
    static final int NEIGHBOURS = 64;

    /** Pages looked at in one step when all are in heap; a page that must be read ends the step. */
    private static final int PAGES_PER_STEP = 4;

    /** Rows of relative codes whose exact vectors one step reads, some of them from the store. */
    static final int EXACT_ROWS_PER_STEP = 64;

    private static final int NONE = -1;

    private final PageMaintenance in;
    /** A0's centroid, zero padded. */
    private final float[] centroid;
    /** A0's centroid as a row that kernels can read. */
    private final byte[] old;

    private final int first;
    private final int second;
    /** Numbers of the pages that were looked at. */
    private final IntArrayList done;
    /** Page of which a step left some rows to the next, or none; a restore begins with it again. */
    private int begun = NONE;
    /** Of that page: its rows at first, the row that is next, and the dead ones so far. */
    private int rows;

    private int next;
    private int dead;
    private int exactRest;

    Reassignment(PageMaintenance in, float[] oldCentroid, int first, int second) {
        this(in, oldCentroid, first, second, new IntArrayList());
    }

    private Reassignment(PageMaintenance in, float[] centroid, int first, int second, IntArrayList done) {
        this.in = in;
        this.centroid = centroid;
        this.old = row(centroid, in.dimension);
        this.first = first;
        this.second = second;
        this.done = done;
    }

    /** A vector in the form of a stored row, with room to read past its end. */
    private static byte[] row(float[] vector, int dimension) {
        byte[] row = new byte[dimension * Float.BYTES + VectorKernels.SLACK_BYTES];
        ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector, 0, dimension);
        return row;
    }

    @Override
    public boolean step() {
        PageDescriptor[] near = in.directory.nearest(centroid, NEIGHBOURS + 2);
        PageDescriptor a = among(near, first);
        PageDescriptor b = among(near, second);
        if (a == null && b == null) {
            return false; // both were divided again, and their own reassignments look at the same pages
        }
        int rest = PAGES_PER_STEP;
        exactRest = in.pages.relative() ? EXACT_ROWS_PER_STEP : Integer.MAX_VALUE;
        while (rest > 0 && exactRest > 0) {
            PageDescriptor page = next(near, a, b);
            if (page == null) {
                return false;
            }
            rest = page.resident() == null ? 0 : rest - 1;
            if (page.state() == PageState.DRAINING || page.faulted() || look(page, a, b)) {
                done.add(page.page());
                begun = NONE;
            }
        }
        return true;
    }

    private static PageDescriptor among(PageDescriptor[] pages, int number) {
        for (PageDescriptor page : pages) {
            if (page.page() == number) {
                return page;
            }
        }
        return null;
    }

    /** The new pages come first, then the nearest that were not looked at, until there were enough. */
    private PageDescriptor next(PageDescriptor[] near, PageDescriptor a, PageDescriptor b) {
        if (a != null && !done.contains(first)) {
            return a;
        }
        if (b != null && !done.contains(second)) {
            return b;
        }
        for (int i = 0; i < near.length && done.size() < NEIGHBOURS + 2; i++) {
            if (!done.contains(near[i].page())) {
                return near[i];
            }
        }
        return null;
    }

    /** Looks at a page, or at what an earlier step left of it; true when that was the last of it. */
    private boolean look(PageDescriptor page, PageDescriptor a, PageDescriptor b) {
        try {
            PageBuffer buffer = in.pages.scan(page);
            if (begun != page.page()) {
                begun = page.page();
                rows = buffer.page.count();
                next = rows - 1;
                dead = 0;
            }
            look(buffer, a, b);
            if (next >= 0) {
                return false;
            }
            if (dead >= Math.max(8, rows / 4)) {
                in.want(page);
            } else if (buffer.page.count() < rows) {
                in.resized(buffer);
            }
        } catch (CorruptPageException e) {
            // one of the pages is damaged and marked so
        }
        return true;
    }

    private void look(PageBuffer buffer, PageDescriptor a, PageDescriptor b) throws CorruptPageException {
        boolean isNew = buffer.descriptor == a || buffer.descriptor == b;
        RowEstimates estimates = in.scratch.estimates;
        estimates.begin(in.directory, buffer);
        if (isNew) {
            estimates.add(centroid);
        } else {
            estimates.add(a);
            estimates.add(b);
        }
        float[] vector = in.scratch.moving(in.dimension);
        for (next = Math.min(next, buffer.page.count() - 1); next >= 0 && exactRest > 0; next--) {
            if (!in.live.accepts(buffer.page.row(next))) {
                dead++;
            } else if (estimates.mayBeNearer(next) && read(buffer, next, vector)) {
                exactRest--;
                move(buffer, next, isNew ? leaves(buffer, vector) : joins(buffer, vector, a, b));
            }
        }
    }

    /** Where a row of a new page goes that was nearer to the old centroid: to the nearest page of all; null if it stays. */
    private PageDescriptor leaves(PageBuffer buffer, float[] vector) {
        return toOld(vector) < in.distance(buffer.descriptor, vector) ? in.directory.nearest(vector) : null;
    }

    /** Where a row of a neighbour goes that is nearer to one of the new pages; null if it stays. */
    private PageDescriptor joins(PageBuffer buffer, float[] vector, PageDescriptor a, PageDescriptor b) {
        float toA = a == null ? Float.POSITIVE_INFINITY : in.distance(a, vector);
        float toB = b == null ? Float.POSITIVE_INFINITY : in.distance(b, vector);
        float nearest = Math.min(toA, toB);
        boolean goes = nearest < in.distance(buffer.descriptor, vector) && nearest < toOld(vector);
        return goes ? (toA <= toB ? a : b) : null;
    }

    private void move(PageBuffer from, int i, PageDescriptor to) throws CorruptPageException {
        if (to == null || to == from.descriptor || !to.takesRows()) {
            return;
        }
        PageBuffer target = in.pages.scan(to);
        if (!in.hasRoom(target)) {
            return;
        }
        try {
            in.pages.move(from, i, target);
            in.noteReassigned();
        } catch (ColdBlockException e) {
            throw new IllegalStateException("the exact vector was there a moment ago", e);
        }
    }

    /** The vector of a row; false when it is too far away for mere tidiness. */
    private boolean read(PageBuffer buffer, int i, float[] vector) {
        try {
            in.pages.vector(buffer, i, vector);
            return true;
        } catch (ColdBlockException e) {
            return false;
        }
    }

    private float toOld(float[] vector) {
        return in.scratch.kernels.float32().squaredL2(old, 0, vector, in.dimension);
    }

    /** Pages looked at so far. */
    int done() {
        return done.size();
    }

    @Override
    public int storedBytes() {
        return 3 * Integer.BYTES + done.size() * Integer.BYTES + in.dimension * Float.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
        to.putInt(first).putInt(second).putInt(done.size());
        for (IntCursor page : done) {
            to.putInt(page.value);
        }
        to.put(old, 0, in.dimension * Float.BYTES);
    }

    static Reassignment read(PageMaintenance in, ByteBuffer from) {
        int first = from.getInt();
        int second = from.getInt();
        IntArrayList done = new IntArrayList();
        for (int n = from.getInt(); n > 0; n--) {
            done.add(from.getInt());
        }
        float[] centroid = SearchScratch.room(new float[0], in.dimension);
        for (int i = 0; i < in.dimension; i++) {
            centroid[i] = from.getFloat();
        }
        return new Reassignment(in, centroid, first, second, done);
    }
}
