// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.VectorKernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * Divides the rows of one page into two sides that each hold at least a third: Lloyd's iterations from two far-apart
 * seeds, where the border between the sides is shifted until the balance holds.
 *
 * <p>It is done in pieces: {@link #begin}, {@link #add} for every row, {@link #iterate} until it says that it is done. The
 * outcome is two centroids and a {@link #threshold}: a row belongs to the second side if its squared distance to the first
 * centroid exceeds that to the second by more than the threshold, see {@link #second}. So the side of each row can be told
 * again later from a handful of numbers. Rows are kept in scratch that is reused; another owner may take it between two
 * calls, which {@link #heldBy} tells.
 */
public final class TwoMeans {
    private static final int ITERATIONS = 8;

    private final VectorKernels kernels;

    private Object owner;
    private int dimension;
    private int wanted;
    private int count;
    private int iterations;

    /** Rows as little-endian bytes, for kernels, and as floats, for sums. */
    private byte[] bytes = new byte[VectorKernels.SLACK_BYTES];

    private FloatBuffer byteFloats = floats(bytes);
    private float[] rows = new float[0];
    private float[] toFirst = new float[0];
    private float[] margins = new float[0];
    private float[] sorted = new float[0];
    private boolean[] second = new boolean[0];
    private float[] firstCentroid = new float[0];
    private float[] secondCentroid = new float[0];
    private float threshold;
    private int inSecond;

    public TwoMeans(VectorKernels kernels) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
    }

    /** Makes room for {@code rows >= 2} rows of {@code dimension} components; whoever worked before has lost its rows. */
    public void begin(Object newOwner, int newRows, int newDimension) {
        owner = Objects.requireNonNull(newOwner, "owner");
        dimension = newDimension;
        wanted = newRows;
        count = 0;
        iterations = 0;
        int components = Math.multiplyExact(newRows, newDimension);
        if (rows.length < components) {
            rows = new float[components];
            bytes = new byte[components * Float.BYTES + VectorKernels.SLACK_BYTES];
            byteFloats = floats(bytes);
        }
        if (margins.length < newRows) {
            toFirst = new float[newRows];
            margins = new float[newRows];
            sorted = new float[newRows];
            second = new boolean[newRows];
        }
        int padded = (newDimension + VectorKernels.QUERY_PADDING - 1)
                / VectorKernels.QUERY_PADDING
                * VectorKernels.QUERY_PADDING;
        if (firstCentroid.length != padded) {
            firstCentroid = new float[padded];
            secondCentroid = new float[padded];
        }
        Arrays.fill(firstCentroid, newDimension, padded, 0f);
        Arrays.fill(secondCentroid, newDimension, padded, 0f);
    }

    /** Whether nobody's rows are here. */
    public boolean isFree() {
        return owner == null;
    }

    /** Whether the rows are still those of this owner. */
    public boolean heldBy(Object someone) {
        return owner == someone;
    }

    /** Lets go of the rows, if they are still those of this owner. */
    public void release(Object someone) {
        owner = owner == someone ? null : owner;
    }

    /** Adds a row of finite values. */
    public void add(float[] vector) {
        System.arraycopy(vector, 0, rows, count * dimension, dimension);
        byteFloats.put(count * dimension, vector, 0, dimension);
        count++;
    }

    /** Rows added so far. */
    public int count() {
        return count;
    }

    /** Whether all rows that were announced are here. */
    public boolean complete() {
        return count == wanted;
    }

    /** Does one iteration; true when the sides are final. */
    public boolean iterate() {
        if (iterations == 0) {
            seed();
        }
        measure();
        boolean settled = assign();
        means();
        iterations++;
        if (iterations < ITERATIONS && !(settled && iterations > 1)) {
            return false;
        }
        measure();
        assign();
        return true;
    }

    /** Mean of the rows of the first side, zero padded. */
    public float[] firstCentroid() {
        return firstCentroid;
    }

    /** Mean of the rows of the second side, zero padded. */
    public float[] secondCentroid() {
        return secondCentroid;
    }

    /** Where the border lies: 0 halfway between the centroids, above it nearer to the second. */
    public float threshold() {
        return threshold;
    }

    /** Whether a row went to the second side. */
    public boolean isSecond(int row) {
        return second[row];
    }

    /** Rows on the second side. */
    public int inSecond() {
        return inSecond;
    }

    /** Rows that one side of a division may hold: all but a third. */
    public static int most(int rows) {
        return rows - Math.max(1, rows / 3);
    }

    /**
     * The side of a row: that of the border it lies on, unless that side is full already. Rows that are all alike lie on
     * one side of any border; only the bound keeps them apart.
     *
     * @param toFirst squared distance to the first centroid
     * @param toSecond squared distance to the second centroid
     * @param inFirst rows that the first side has
     * @param inSecond rows that the second side has
     * @param most rows that a side may have
     */
    public static boolean second(float toFirst, float toSecond, float threshold, int inFirst, int inSecond, int most) {
        return inFirst >= most || (inSecond < most && margin(toFirst, toSecond) > threshold);
    }

    /** Distances beyond the largest float count as the largest: the difference is always a number. */
    private static float margin(float toFirst, float toSecond) {
        return Math.min(toFirst, Float.MAX_VALUE) - Math.min(toSecond, Float.MAX_VALUE);
    }

    /** The row farthest from row 0, then the row farthest from that one. */
    private void seed() {
        Arrays.fill(second, 0, count, false);
        System.arraycopy(rows, 0, firstCentroid, 0, dimension);
        System.arraycopy(rows, farthest() * dimension, firstCentroid, 0, dimension);
        System.arraycopy(rows, farthest() * dimension, secondCentroid, 0, dimension);
    }

    /** The row farthest from the first centroid. */
    private int farthest() {
        distances(firstCentroid, toFirst);
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (toFirst[i] > toFirst[best]) {
                best = i;
            }
        }
        return best;
    }

    private void distances(float[] centroid, float[] out) {
        kernels.float32().squaredL2Block(bytes, 0, dimension * Float.BYTES, count, centroid, dimension, out);
    }

    private void measure() {
        distances(firstCentroid, toFirst);
        distances(secondCentroid, margins);
        for (int i = 0; i < count; i++) {
            margins[i] = margin(toFirst[i], margins[i]);
        }
    }

    /** Chooses the border and gives each row its side; true when none changed sides. */
    private boolean assign() {
        threshold = border();
        int most = most(count);
        boolean settled = true;
        inSecond = 0;
        for (int i = 0; i < count; i++) {
            boolean side = i - inSecond >= most || (inSecond < most && margins[i] > threshold);
            settled &= side == second[i];
            second[i] = side;
            inSecond += side ? 1 : 0;
        }
        return settled;
    }

    /** 0 when that leaves each side a third, else the margin that does. */
    private float border() {
        int beyond = 0;
        for (int i = 0; i < count; i++) {
            beyond += margins[i] > 0 ? 1 : 0;
        }
        int most = most(count);
        if (beyond <= most && count - beyond <= most) {
            return 0;
        }
        System.arraycopy(margins, 0, sorted, 0, count);
        Arrays.sort(sorted, 0, count);
        return sorted[(beyond > most ? count - most : most) - 1];
    }

    /** Each row is weighed before it is added: sums of floats near their largest would be infinite. */
    private void means() {
        Arrays.fill(firstCentroid, 0, dimension, 0f);
        Arrays.fill(secondCentroid, 0, dimension, 0f);
        float firstWeight = 1f / Math.max(1, count - inSecond);
        float secondWeight = 1f / Math.max(1, inSecond);
        for (int i = 0; i < count; i++) {
            if (second[i]) {
                addTo(secondCentroid, rows, i * dimension, secondWeight, dimension);
            } else {
                addTo(firstCentroid, rows, i * dimension, firstWeight, dimension);
            }
        }
    }

    /** A loop that the compiler turns into vector instructions by itself. */
    private static void addTo(float[] mean, float[] rows, int at, float weight, int dimension) {
        for (int j = 0; j < dimension; j++) {
            mean[j] += rows[at + j] * weight;
        }
    }

    private static FloatBuffer floats(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
