// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The rows of a scan that may be among the k nearest, by lower bounds of their distances. A row stays out when its lower
 * bound is above the upper bounds of k others; whoever scores rows again takes them in the order of their lower bounds and
 * stops at the first whose bound is above the k-th exact distance: exactly the rows whose bound still allows the top k are
 * looked at. Holds a bounded number of rows and drops those with the highest lower bounds beyond it. Belongs to one
 * thread; reused; allocates only for a larger limit.
 */
public final class Candidates {
    private final TopK uppers = new TopK(16);
    private float[] bounds = new float[0];
    private float[] margins = new float[0];
    private long[] rows = new long[0];
    private int[] tags = new int[0];
    private int limit;
    private int size;
    private float cut;
    private float errors;

    /**
     * Empties it: the k nearest are wanted, and at most {@code limit} rows will be taken.
     *
     * @param errors standard errors by which bounds shall be below estimates
     */
    public void reset(int k, int limit, float errors) {
        int capacity = 2 * Math.max(k, limit);
        if (bounds.length < capacity) {
            bounds = new float[capacity];
            margins = new float[capacity];
            rows = new long[capacity];
            tags = new int[capacity];
        }
        uppers.reset(k);
        this.limit = Math.max(k, limit);
        this.errors = errors;
        size = 0;
        cut = Float.POSITIVE_INFINITY;
    }

    /** Standard errors by which bounds shall be below estimates. */
    public float errors() {
        return errors;
    }

    /** Rows whose lower bound is above this need not be offered. */
    public float threshold() {
        return Math.min(cut, uppers.threshold());
    }

    /**
     * Offers a row whose lower bound is not above the threshold.
     *
     * @param margin how far its estimated distance lies above the bound
     * @param tag a number that comes back with the row
     */
    public void offer(float bound, float margin, long row, int tag) {
        if (size == 2 * limit) {
            makeRoom();
        }
        bounds[size] = bound;
        margins[size] = margin;
        rows[size] = row;
        tags[size++] = tag;
        uppers.offer(bound + 2 * margin, row, 0);
    }

    /** Orders what was offered; afterwards rows are taken and none is offered. */
    public void order() {
        dropAbove(uppers.threshold());
        for (int i = size / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
    }

    /** Rows left. */
    public int size() {
        return size;
    }

    /** Lower bound of the row that is next: the least of all left. */
    public float bound() {
        return bounds[0];
    }

    /** Estimated distance of the row that is next. */
    public float estimate() {
        return bounds[0] + margins[0];
    }

    public long row() {
        return rows[0];
    }

    public int tag() {
        return tags[0];
    }

    /** Takes away the row that is next. */
    public void take() {
        move(--size, 0);
        siftDown(0);
    }

    private void makeRoom() {
        dropAbove(uppers.threshold());
        if (size > limit) {
            select(limit);
            cut = bounds[limit - 1];
            for (int i = 0; i < limit; i++) {
                cut = Math.max(cut, bounds[i]);
            }
            size = limit;
        }
    }

    private void dropAbove(float threshold) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (bounds[i] <= threshold) {
                move(i, kept++);
            }
        }
        size = kept;
    }

    /** Brings the {@code count} least bounds to the front (Hoare's quickselect, the middle one as pivot). */
    private void select(int count) {
        int low = 0;
        int high = size - 1;
        while (low < high) {
            float pivot = bounds[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (bounds[i] < pivot) {
                    i++;
                }
                while (bounds[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    swap(i++, j--);
                }
            }
            if (count - 1 <= j) {
                high = j;
            } else if (count - 1 >= i) {
                low = i;
            } else {
                return;
            }
        }
    }

    private void siftDown(int hole) {
        int child;
        while ((child = 2 * hole + 1) < size) {
            if (child + 1 < size && before(child + 1, child)) {
                child++;
            }
            if (!before(child, hole)) {
                return;
            }
            swap(child, hole);
            hole = child;
        }
    }

    private boolean before(int a, int b) {
        return bounds[a] < bounds[b] || (bounds[a] == bounds[b] && rows[a] < rows[b]);
    }

    private void swap(int a, int b) {
        float bound = bounds[a];
        float margin = margins[a];
        long row = rows[a];
        int tag = tags[a];
        move(b, a);
        bounds[b] = bound;
        margins[b] = margin;
        rows[b] = row;
        tags[b] = tag;
    }

    private void move(int from, int to) {
        bounds[to] = bounds[from];
        margins[to] = margins[from];
        rows[to] = rows[from];
        tags[to] = tags[from];
    }
}
