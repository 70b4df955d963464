// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.state.kernel.Kernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TwoMeansTest {
    private static final int ITERATIONS_MAX = 8;

    private int iterations;
    private final TwoMeans twoMeans = new TwoMeans(Kernels.scalar());

    /** Divides the rows, and tells their sides by centroids and threshold as a page is drained: last row first. */
    private boolean[] divide(float[][] rows, int count, int dimension) {
        twoMeans.begin(this, count, dimension);
        for (int i = 0; i < count; i++) {
            twoMeans.add(rows[i]);
        }
        assertThat(twoMeans.complete()).isTrue();
        iterations = 1;
        while (!twoMeans.iterate()) {
            iterations++;
        }
        assertThat(iterations).isLessThanOrEqualTo(ITERATIONS_MAX);
        boolean[] second = new boolean[count];
        int inSecond = 0;
        for (int i = count - 1; i >= 0; i--) {
            int inFirst = count - 1 - i - inSecond;
            second[i] = TwoMeans.second(
                    distance(rows[i], twoMeans.firstCentroid(), dimension),
                    distance(rows[i], twoMeans.secondCentroid(), dimension),
                    twoMeans.threshold(),
                    inFirst,
                    inSecond,
                    TwoMeans.most(count));
            inSecond += second[i] ? 1 : 0;
        }
        return second;
    }

    private static float distance(float[] row, float[] centroid, int dimension) {
        byte[] bytes = new byte[dimension * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(row, 0, dimension);
        return Kernels.scalar().float32().squaredL2(bytes, 0, centroid, dimension);
    }

    private static int ones(boolean[] second, int count) {
        int ones = 0;
        for (int i = 0; i < count; i++) {
            ones += second[i] ? 1 : 0;
        }
        return ones;
    }

    @Property(tries = 200)
    void eachSideHoldsAThirdAndOnceSettledCentroidsAreTheirMeans(
            @ForAll @IntRange(min = 2, max = 120) int count,
            @ForAll @IntRange(min = 1, max = 9) int dimension,
            @ForAll long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[count][dimension];
        for (float[] row : rows) {
            for (int j = 0; j < dimension; j++) {
                row[j] = (float) Math.pow(random.nextGaussian(), 5);
            }
        }
        boolean[] second = divide(rows, count, dimension);
        int inSecond = ones(second, count);
        assertThat(inSecond).isBetween(Math.max(1, count / 3), count - Math.max(1, count / 3));
        assertThat(inSecond).isEqualTo(twoMeans.inSecond());
        for (int j = 0; j < dimension && iterations < ITERATIONS_MAX; j++) {
            double sum = 0;
            double size = 1;
            for (int i = 0; i < count; i++) {
                sum += second[i] ? rows[i][j] : 0;
                size += Math.abs(rows[i][j]);
            }
            assertThat((double) twoMeans.secondCentroid()[j] * inSecond).isCloseTo(sum, within(1e-5 * size));
        }
    }

    @Test
    void twoClearClustersAreFound() {
        Random random = new Random(3);
        float[][] rows = new float[50][4];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < 4; j++) {
                rows[i][j] = (i % 5 < 2 ? 10 : -10) + (float) random.nextGaussian();
            }
        }
        boolean[] second = divide(rows, rows.length, 4);
        for (int i = 0; i < rows.length; i++) {
            assertThat(second[i]).isEqualTo(second[i % 5 < 2 ? 0 : 2]);
        }
        assertThat(second[0]).isNotEqualTo(second[2]);
    }

    @Test
    void equalRowsAreDividedAllTheSame() {
        float[][] rows = new float[30][];
        Arrays.fill(rows, new float[] {1, 2, 3});
        boolean[] second = divide(rows, 30, 3);
        assertThat(ones(second, 30)).isBetween(10, 20);
        for (int j = 0; j < 3; j++) {
            assertThat(twoMeans.firstCentroid()[j]).isCloseTo(j + 1, within(1e-5f));
            assertThat(twoMeans.secondCentroid()[j]).isCloseTo(j + 1, within(1e-5f));
        }
    }

    @Test
    void twoRowsGoToASideEach() {
        boolean[] second = divide(new float[][] {{1}, {2}}, 2, 1);
        assertThat(second[0]).isNotEqualTo(second[1]);
    }

    @Test
    void centroidsOfHugeRowsAreFinite() {
        float[][] rows = new float[40][2];
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = i % 2 == 0 ? Float.MAX_VALUE : Float.MAX_VALUE / 2;
            rows[i][1] = -Float.MAX_VALUE;
        }
        boolean[] second = divide(rows, rows.length, 2);
        assertThat(ones(second, rows.length)).isBetween(13, 27);
        assertThat(twoMeans.firstCentroid()[0]).isBetween(Float.MAX_VALUE / 2, Float.MAX_VALUE);
        assertThat(twoMeans.firstCentroid()[1]).isBetween(-Float.MAX_VALUE, -0.999f * Float.MAX_VALUE);
        assertThat(twoMeans.secondCentroid()[0]).isBetween(Float.MAX_VALUE / 2, Float.MAX_VALUE);
        assertThat(twoMeans.secondCentroid()[1]).isBetween(-Float.MAX_VALUE, -0.999f * Float.MAX_VALUE);
    }

    @Test
    void anotherOwnerTakesTheRows() {
        twoMeans.begin("one", 2, 1);
        twoMeans.add(new float[] {1});
        assertThat(twoMeans.heldBy("one")).isTrue();
        twoMeans.begin("two", 3, 2);
        assertThat(twoMeans.heldBy("one")).isFalse();
        assertThat(twoMeans.count()).isZero();
        twoMeans.release("one");
        assertThat(twoMeans.heldBy("two")).isTrue();
        twoMeans.release("two");
        assertThat(twoMeans.heldBy("two")).isFalse();
    }
}
