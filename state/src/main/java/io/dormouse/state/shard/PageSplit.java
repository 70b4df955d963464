// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageState;
import io.dormouse.state.index.TwoMeans;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.store.BlockKind;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Divides a page into two new ones.
 *
 * <pre>
 *   SPLITTING   its rows are gathered, a part a step, then divided by 2-means, two iterations a step;
 *               a restore begins this part again
 *   DRAINING    two pages are there, FILLING; the rows go over, a part a step; new rows go to them, too
 *   gone        the page is removed, the two are READY
 * </pre>
 *
 * The two centroids and one threshold say to which side a row goes, so a drain goes on after a restore as it began.
 */
final class PageSplit implements UpkeepTask {
    private static final int ITERATIONS_PER_STEP = 2;

    /** Rows whose exact vectors are fetched together, when they must be: some MB of raw pages at most. */
    private static final int ROWS_AHEAD = 128;

    private static final byte DIVIDING = 0;
    private static final byte DRAINS = 1;
    private static final byte DIVIDING_FOR_COST = 2;

    private final PageMaintenance in;
    private final PageRef source;
    /** Whether the page is small enough, and is only divided if that makes queries cheaper. */
    private final boolean forCost;

    private PageRef first;
    private PageRef second;
    private float threshold;
    private int most;
    private boolean done;

    PageSplit(PageMaintenance in, PageDescriptor source, boolean forCost) {
        this(in, PageRef.of(in.directory, source, in.dimension, PageState.SPLITTING), forCost);
    }

    private PageSplit(PageMaintenance in, PageRef source, boolean forCost) {
        this.in = in;
        this.source = source;
        this.forCost = forCost;
    }

    @Override
    public boolean step() throws ColdBlockException {
        PageDescriptor page = source.in(in.directory);
        if (page == null || page.faulted()) {
            return end();
        }
        try {
            return first == null ? divide(page) : drain(page);
        } catch (CorruptPageException e) {
            return end();
        }
    }

    /** Leaves things as they are: the rows that have not gone over stay in a page like any other. */
    private boolean end() {
        source.setState(PageState.READY);
        if (first != null) {
            first.setState(PageState.READY);
            second.setState(PageState.READY);
        }
        letGo();
        return false;
    }

    @Override
    public boolean holdsScratch() {
        return work() != null;
    }

    @Override
    public void letGo() {
        in.scratch.twoMeans.release(this);
        in.scratch.coldMeans.release(this);
    }

    /** Where its rows are being gathered, or null. */
    private TwoMeans work() {
        TwoMeans shared = in.scratch.twoMeans;
        TwoMeans cold = in.scratch.coldMeans;
        return shared.heldBy(this) ? shared : cold.heldBy(this) ? cold : null;
    }

    /** Whether the page waits for this to find out into what it is divided. */
    boolean divides(PageDescriptor page) {
        return page.page() == source.page() && first == null;
    }

    private boolean divide(PageDescriptor page) throws CorruptPageException, ColdBlockException {
        PageBuffer buffer = in.pages.scan(page);
        TwoMeans work = work();
        if (work == null) {
            if (buffer.page.count() < 2) {
                return end();
            }
            work = begin(buffer);
        }
        if (!work.complete()) {
            gather(buffer, work);
            return true;
        }
        boolean divided = false;
        for (int i = 0; i < ITERATIONS_PER_STEP && !divided; i++) {
            divided = work.iterate();
        }
        if (divided && forCost && !pays(page, work)) {
            return end();
        }
        if (divided) {
            open(buffer, work);
        }
        return true;
    }

    /**
     * Rows that must be fetched are gathered where no other split takes the room meanwhile, or two that wait in turn would
     * throw out each other's rows for ever. There is one such room, so another split waits until it is free.
     */
    private TwoMeans begin(PageBuffer buffer) throws ColdBlockException {
        boolean waits = in.pages.anyCold(buffer);
        TwoMeans work = waits ? in.scratch.coldMeans : in.scratch.twoMeans;
        if (waits && !work.isFree()) {
            throw new ColdBlockException(List.of());
        }
        work.begin(this, buffer.page.count(), in.dimension);
        return work;
    }

    /** Looks again now that the sizes are known: Quake undoes a split that does not pay, here none has begun yet. */
    private boolean pays(PageDescriptor page, TwoMeans work) {
        return in.costs.splitPays(page, work.count() - work.inSecond(), work.inSecond());
    }

    /** Rows only join the page meanwhile, at its end; those that were announced come first. */
    private void gather(PageBuffer buffer, TwoMeans work) throws ColdBlockException {
        int at = work.count();
        in.pages.requireVectors(buffer, at, at + in.rowsPerStep(), at + ROWS_AHEAD);
        float[] vector = in.scratch.moving(in.dimension);
        for (int i = 0; i < in.rowsPerStep() && !work.complete(); i++) {
            in.pages.vector(buffer, work.count(), vector);
            work.add(vector);
        }
    }

    /** Makes the two pages; from now on the old one only loses rows. */
    private void open(PageBuffer buffer, TwoMeans work) {
        int rows = buffer.page.count();
        threshold = work.threshold();
        most = TwoMeans.most(rows);
        first = open(work.firstCentroid(), rows);
        second = open(work.secondCentroid(), rows);
        letGo();
        source.setState(PageState.DRAINING);
    }

    private PageRef open(float[] centroid, int rows) {
        PageDescriptor page = in.directory.add(centroid);
        in.pages.createScan(page, rows);
        return PageRef.of(in.directory, page, in.dimension, PageState.FILLING);
    }

    private boolean drain(PageDescriptor page) throws CorruptPageException, ColdBlockException {
        PageDescriptor one = first.in(in.directory);
        PageDescriptor other = second.in(in.directory);
        if (one == null || other == null) {
            return end();
        }
        PageBuffer from = in.pages.scan(page);
        PageBuffer a = in.pages.scan(one);
        PageBuffer b = in.pages.scan(other);
        float[] vector = in.scratch.moving(in.dimension);
        int last = Math.max(0, from.page.count() - in.rowsPerStep());
        in.pages.requireVectors(from, last, from.page.count(), from.page.count());
        for (int i = from.page.count() - 1; i >= last; i--) {
            if (!in.live.accepts(from.page.row(i))) {
                in.pages.drop(from, i);
                continue;
            }
            in.pages.vector(from, i, vector);
            PageBuffer to = side(vector, a, b);
            if (to.page.isFull()) {
                return end(); // rows that came meanwhile took the room: both will be split in their turn
            }
            in.pages.move(from, i, to);
            FaultPoint.SPLIT_DRAINS.reached();
        }
        return from.page.count() > 0 || close(from, a, b);
    }

    private PageBuffer side(float[] vector, PageBuffer a, PageBuffer b) {
        boolean toSecond = TwoMeans.second(
                in.distance(a.descriptor, vector),
                in.distance(b.descriptor, vector),
                threshold,
                a.page.count(),
                b.page.count(),
                most);
        PageBuffer to = toSecond ? b : a;
        return to.page.isFull() ? (toSecond ? a : b) : to;
    }

    private boolean close(PageBuffer empty, PageBuffer a, PageBuffer b) {
        end();
        in.pages.remove(BlockKind.SCAN, empty);
        in.directory.remove(empty.descriptor);
        done = true;
        in.noteSplit();
        in.resized(a);
        in.resized(b);
        return false;
    }

    /** What remains to be done for the neighbourhood once this has ended, or null. */
    Reassignment rest() {
        return done ? new Reassignment(in, source.centroid(), first.page(), second.page()) : null;
    }

    @Override
    public int storedBytes() {
        return 1 + 3 * PageRef.storedBytes(in.dimension) + Float.BYTES + Integer.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
        source.write(to, in.dimension);
        to.put(first != null ? DRAINS : forCost ? DIVIDING_FOR_COST : DIVIDING);
        if (first != null) {
            first.write(to, in.dimension);
            second.write(to, in.dimension);
            to.putFloat(threshold).putInt(most);
        }
    }

    static PageSplit read(PageMaintenance in, ByteBuffer from) {
        PageRef source = PageRef.read(from, in.dimension, PageState.SPLITTING);
        byte phase = from.get();
        PageSplit split = new PageSplit(in, source, phase == DIVIDING_FOR_COST);
        if (phase == DRAINS) {
            split.source.setState(PageState.DRAINING);
            split.first = PageRef.read(from, in.dimension, PageState.FILLING);
            split.second = PageRef.read(from, in.dimension, PageState.FILLING);
            split.threshold = from.getFloat();
            split.most = from.getInt();
        }
        return split;
    }
}
