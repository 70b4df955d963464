// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TwoMeansTest {
    private final TwoMeans twoMeans = new TwoMeans();

    private static int ones(boolean[] second, int count) {
        int ones = 0;
        for (int i = 0; i < count; i++) {
            ones += second[i] ? 1 : 0;
        }
        return ones;
    }

    @Property(tries = 200)
    void eachSideHoldsAThirdAndCentroidsAreTheirMeans(
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
        boolean[] second = twoMeans.divide(rows, count, dimension);
        int inSecond = ones(second, count);
        assertThat(inSecond).isBetween(Math.max(1, count / 3), count - Math.max(1, count / 3));
        for (int j = 0; j < dimension; j++) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += second[i] ? rows[i][j] : 0;
            }
            double tolerance = 1e-4 * Math.max(1, Math.abs(sum));
            assertThat((double) twoMeans.secondCentroid[j] * inSecond).isCloseTo(sum, within(tolerance));
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
        boolean[] second = twoMeans.divide(rows, rows.length, 4);
        for (int i = 0; i < rows.length; i++) {
            assertThat(second[i]).isEqualTo(second[i % 5 < 2 ? 0 : 2]);
        }
        assertThat(second[0]).isNotEqualTo(second[2]);
    }

    @Test
    void equalRowsAreDividedAllTheSame() {
        float[][] rows = new float[30][];
        Arrays.fill(rows, new float[] {1, 2, 3});
        boolean[] second = twoMeans.divide(rows, 30, 3);
        assertThat(ones(second, 30)).isBetween(10, 20);
        assertThat(twoMeans.firstCentroid).containsExactly(1, 2, 3);
        assertThat(twoMeans.secondCentroid).containsExactly(1, 2, 3);
    }

    @Test
    void twoRowsGoToASideEach() {
        boolean[] second = twoMeans.divide(new float[][] {{1}, {2}}, 2, 1);
        assertThat(second[0]).isNotEqualTo(second[1]);
    }

    @Test
    void centroidsOfHugeRowsAreFinite() {
        float[][] rows = new float[40][2];
        for (int i = 0; i < rows.length; i++) {
            rows[i][0] = i % 2 == 0 ? Float.MAX_VALUE : Float.MAX_VALUE / 2;
            rows[i][1] = -Float.MAX_VALUE;
        }
        boolean[] second = twoMeans.divide(rows, rows.length, 2);
        assertThat(ones(second, rows.length)).isBetween(13, 27);
        assertThat(twoMeans.firstCentroid[0]).isBetween(Float.MAX_VALUE / 2, Float.MAX_VALUE);
        assertThat(twoMeans.firstCentroid[1]).isEqualTo(-Float.MAX_VALUE);
        assertThat(twoMeans.secondCentroid[0]).isBetween(Float.MAX_VALUE / 2, Float.MAX_VALUE);
        assertThat(twoMeans.secondCentroid[1]).isEqualTo(-Float.MAX_VALUE);
    }

    @Test
    void rowsBeyondTheCountAreIgnored() {
        float[][] rows = {{1}, {2}, {Float.NaN}};
        twoMeans.divide(rows, 2, 1);
        assertThat(twoMeans.firstCentroid[0] + twoMeans.secondCentroid[0]).isEqualTo(3f);
    }
}
