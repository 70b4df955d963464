// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

/**
 * The k nearest rows seen so far: a bounded max-heap over (distance, row), the worst on top. Equal distances are ordered
 * by lower row, so the outcome does not depend on the order of offers. Belongs to one thread; {@link #offer} and
 * {@link #sort} never allocate.
 */
public final class TopK {
    private float[] distances;
    private long[] rows;
    private int[] tags;
    private int k;
    private int size;
    private boolean sorted;

    /** With room for {@code capacity} rows; a larger {@link #reset} grows it. Starts out with k = capacity. */
    public TopK(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("top-k capacity is " + capacity + "; expected at least 1");
        }
        distances = new float[capacity];
        rows = new long[capacity];
        tags = new int[capacity];
        k = capacity;
    }

    /** Empties it and sets how many rows it keeps. */
    public void reset(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k is " + k + "; expected at least 1");
        }
        if (k > distances.length) {
            distances = new float[k];
            rows = new long[k];
            tags = new int[k];
        }
        this.k = k;
        size = 0;
        sorted = false;
    }

    /** Rows farther than this are refused; one at exactly this distance may still win by its lower row number. */
    public float threshold() {
        return size < k ? Float.POSITIVE_INFINITY : distances[0];
    }

    /**
     * Offers a row.
     *
     * @param tag a number that comes back with the row, such as where it was found
     * @return whether it is now among the k nearest
     */
    public boolean offer(float distance, long row, int tag) {
        if (sorted) {
            throw new IllegalStateException("offered to a sorted top-k; call reset first");
        }
        if (size < k) {
            siftUp(size++, distance, row, tag);
            return true;
        }
        if (!farther(distances[0], rows[0], distance, row)) {
            return false;
        }
        siftDown(0, distance, row, tag);
        return true;
    }

    public int size() {
        return size;
    }

    public int k() {
        return k;
    }

    /** Orders what is held by ascending distance, then lower row. Nothing can be offered before the next reset. */
    public void sort() {
        if (sorted) {
            return;
        }
        int held = size;
        while (size > 1) {
            int last = --size;
            float distance = distances[last];
            long row = rows[last];
            int tag = tags[last];
            place(last, distances[0], rows[0], tags[0]);
            siftDown(0, distance, row, tag);
        }
        size = held;
        sorted = true;
    }

    public float distance(int i) {
        return distances[i];
    }

    public long row(int i) {
        return rows[i];
    }

    public int tag(int i) {
        return tags[i];
    }

    private static boolean farther(float distanceA, long rowA, float distanceB, long rowB) {
        return distanceA > distanceB || (distanceA == distanceB && rowA > rowB);
    }

    private void siftUp(int hole, float distance, long row, int tag) {
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!farther(distance, row, distances[parent], rows[parent])) {
                break;
            }
            place(hole, distances[parent], rows[parent], tags[parent]);
            hole = parent;
        }
        place(hole, distance, row, tag);
    }

    private void siftDown(int hole, float distance, long row, int tag) {
        int child;
        while ((child = 2 * hole + 1) < size) {
            int right = child + 1;
            if (right < size && farther(distances[right], rows[right], distances[child], rows[child])) {
                child = right;
            }
            if (!farther(distances[child], rows[child], distance, row)) {
                break;
            }
            place(hole, distances[child], rows[child], tags[child]);
            hole = child;
        }
        place(hole, distance, row, tag);
    }

    private void place(int i, float distance, long row, int tag) {
        distances[i] = distance;
        rows[i] = row;
        tags[i] = tag;
    }
}
