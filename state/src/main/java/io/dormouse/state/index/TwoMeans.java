// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import java.util.Arrays;

/**
 * Divides the rows of one page into two halves that each hold at least a third: Lloyd's iterations from two far-apart
 * seeds, then the rows nearest to the border change sides until the balance holds. Scratch is kept between calls.
 */
public final class TwoMeans {
    private static final int ITERATIONS = 8;

    private float[] margins = new float[0];
    private int[] order = new int[0];
    private boolean[] second = new boolean[0];
    private double[] firstSum = new double[0];
    private double[] secondSum = new double[0];

    /** Mean of the rows of the first side after {@link #divide}. */
    public float[] firstCentroid = new float[0];

    /** Mean of the rows of the second side after {@link #divide}. */
    public float[] secondCentroid = new float[0];

    /**
     * Divides {@code rows.length >= 2} rows of {@code dimension} components.
     *
     * @param rows row-major vectors
     * @param count rows used
     * @return for each row whether it goes to the second side; valid until the next call
     */
    public boolean[] divide(float[][] rows, int count, int dimension) {
        prepare(count, dimension);
        seed(rows, count, dimension);
        for (int i = 0; i < ITERATIONS; i++) {
            measure(rows, count, dimension);
            boolean settled = assign(count);
            balance(count);
            means(rows, count, dimension);
            if (settled && i > 0) {
                break;
            }
        }
        return second;
    }

    private void prepare(int count, int dimension) {
        if (margins.length < count) {
            margins = new float[count];
            order = new int[count];
            second = new boolean[count];
        }
        Arrays.fill(second, 0, count, false);
        if (firstCentroid.length != dimension) {
            firstCentroid = new float[dimension];
            secondCentroid = new float[dimension];
            firstSum = new double[dimension];
            secondSum = new double[dimension];
        }
    }

    /** The row farthest from row 0, then the row farthest from that one. */
    private void seed(float[][] rows, int count, int dimension) {
        int a = farthest(rows, count, rows[0], dimension);
        int b = farthest(rows, count, rows[a], dimension);
        System.arraycopy(rows[a], 0, firstCentroid, 0, dimension);
        System.arraycopy(rows[b], 0, secondCentroid, 0, dimension);
    }

    private static int farthest(float[][] rows, int count, float[] from, int dimension) {
        int best = 0;
        float most = -1;
        for (int i = 0; i < count; i++) {
            float d = squaredDistance(rows[i], from, dimension);
            if (d > most) {
                most = d;
                best = i;
            }
        }
        return best;
    }

    private void measure(float[][] rows, int count, int dimension) {
        for (int i = 0; i < count; i++) {
            margins[i] = squaredDistance(rows[i], firstCentroid, dimension)
                    - squaredDistance(rows[i], secondCentroid, dimension);
        }
    }

    private boolean assign(int count) {
        boolean settled = true;
        for (int i = 0; i < count; i++) {
            boolean side = margins[i] > 0;
            settled &= side == second[i];
            second[i] = side;
        }
        return settled;
    }

    /** Moves the rows nearest to the border until each side holds at least a third. */
    private void balance(int count) {
        int least = Math.max(1, count / 3);
        int inSecond = 0;
        for (int i = 0; i < count; i++) {
            inSecond += second[i] ? 1 : 0;
        }
        boolean fillSecond = inSecond < least;
        int wanted = fillSecond ? least - inSecond : least - (count - inSecond);
        if (wanted <= 0) {
            return;
        }
        int candidates = 0;
        for (int i = 0; i < count; i++) {
            if (second[i] != fillSecond) {
                order[candidates++] = i;
            }
        }
        sortByMargin(candidates, fillSecond);
        for (int i = 0; i < wanted; i++) {
            second[order[i]] = fillSecond;
        }
    }

    /** Sorts order[0..n) so that the rows with most pull to the other side come first; stable, so reproducible. */
    private void sortByMargin(int n, boolean towardsSecond) {
        for (int i = 1; i < n; i++) {
            int row = order[i];
            float key = towardsSecond ? -margins[row] : margins[row];
            int j = i - 1;
            while (j >= 0 && (towardsSecond ? -margins[order[j]] : margins[order[j]]) > key) {
                order[j + 1] = order[j];
                j--;
            }
            order[j + 1] = row;
        }
    }

    /** In double: floats near their largest would add up to infinity, and no query finds a page with such a centroid. */
    private void means(float[][] rows, int count, int dimension) {
        Arrays.fill(firstSum, 0);
        Arrays.fill(secondSum, 0);
        int inSecond = 0;
        for (int i = 0; i < count; i++) {
            double[] sum = second[i] ? secondSum : firstSum;
            inSecond += second[i] ? 1 : 0;
            for (int j = 0; j < dimension; j++) {
                sum[j] += rows[i][j];
            }
        }
        mean(firstSum, count - inSecond, firstCentroid);
        mean(secondSum, inSecond, secondCentroid);
    }

    private static void mean(double[] sum, int count, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (sum[i] / count);
        }
    }

    private static float squaredDistance(float[] a, float[] b, int dimension) {
        float s0 = 0;
        float s1 = 0;
        int i = 0;
        for (; i + 1 < dimension; i += 2) {
            float d0 = a[i] - b[i];
            float d1 = a[i + 1] - b[i + 1];
            s0 += d0 * d0;
            s1 += d1 * d1;
        }
        if (i < dimension) {
            float d = a[i] - b[i];
            s0 += d * d;
        }
        return s0 + s1;
    }
}
