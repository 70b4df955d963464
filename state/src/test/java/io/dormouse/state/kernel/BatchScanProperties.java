// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Several queries at once beside one query after the other. */
class BatchScanProperties {
    private static final int DIMENSION = 37;

    private static float[] vector(Random random, boolean binary) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = binary ? random.nextInt(2) : (float) random.nextGaussian();
        }
        return vector;
    }

    private static VectorPage page(Code code, int rows, Random random) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, DIMENSION, rows);
        while (!page.isFull()) {
            page.append(page.count(), vector(random, code == Code.BINARY));
        }
        return page;
    }

    private static PreparedQuery[] queries(int count, Metric metric, boolean binary, Random random) {
        PreparedQuery[] queries = new PreparedQuery[count];
        for (int q = 0; q < count; q++) {
            queries[q] = new PreparedQuery(Kernels.best(), DIMENSION);
            queries[q].prepare(vector(random, binary), DIMENSION, metric);
        }
        return queries;
    }

    @Property(tries = 200)
    void eachQueryFindsWhatItFindsAlone(
            @ForAll Code code,
            @ForAll Metric metric,
            @ForAll @IntRange(min = 1, max = 150) int rows,
            @ForAll @IntRange(min = 1, max = 9) int count,
            @ForAll long seed) {
        if (code.relative() || (code == Code.BINARY && metric != Metric.HAMMING)) {
            return;
        }
        Random random = new Random(seed);
        VectorPage page = page(code, rows, random);
        PreparedQuery[] queries = queries(count, metric, code == Code.BINARY, random);
        RowFilter live = row -> row % 5 != 3;
        TopK[] tops = new TopK[count];
        for (int q = 0; q < count; q++) {
            tops[q] = new TopK(rows);
        }
        assertThat(new BatchScan(Kernels.best()).scan(page, queries, count, 7, live, tops))
                .isEqualTo(rows);
        for (int q = 0; q < count; q++) {
            TopK alone = new TopK(rows);
            queries[q].scan(page, 7, live, alone);
            assertSame(tops[q], alone, code == Code.FLOAT32 ? 1e-4 : 0);
        }
    }

    private static void assertSame(TopK actual, TopK expected, double tolerance) {
        actual.sort();
        expected.sort();
        assertThat(actual.size()).isEqualTo(expected.size());
        Set<Long> rows = new HashSet<>();
        for (int i = 0; i < actual.size(); i++) {
            assertThat((double) actual.distance(i)).isCloseTo(expected.distance(i), within(tolerance));
            assertThat(actual.tag(i)).isEqualTo(7);
            assertThat(rows.add(actual.row(i)))
                    .as("row %d comes once", actual.row(i))
                    .isTrue();
            if (tolerance == 0) {
                assertThat(actual.row(i)).isEqualTo(expected.row(i));
            }
        }
    }

    @Property(tries = 200)
    void centroidDistancesAreThoseOfEachQueryAlone(
            @ForAll Metric metric,
            @ForAll @IntRange(min = 1, max = 150) int rows,
            @ForAll @IntRange(min = 1, max = 9) int count,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] centroids = new byte[rows * DIMENSION * Float.BYTES + VectorKernels.SLACK_BYTES];
        for (int i = 0; i < rows * DIMENSION; i++) {
            LittleEndian.putFloat(centroids, i * Float.BYTES, (float) random.nextGaussian());
        }
        PreparedQuery[] queries = queries(count, metric, false, random);
        float[][] actual = new float[count][rows];
        new BatchScan(Kernels.best()).centroidDistances(centroids, rows, queries, count, actual);
        float[] expected = new float[rows];
        for (int q = 0; q < count; q++) {
            queries[q].centroidDistances(centroids, rows, expected);
            for (int i = 0; i < rows; i++) {
                assertThat((double) actual[q][i]).isCloseTo(expected[i], within(1e-4));
            }
        }
    }

    @Example
    void queriesOfSeveralMetricsOrDimensionsAreRefused() {
        Random random = new Random(1);
        VectorPage page = page(Code.FLOAT32, 5, random);
        PreparedQuery[] queries = queries(2, Metric.L2, false, random);
        TopK[] tops = {new TopK(1), new TopK(1)};
        BatchScan batch = new BatchScan(Kernels.best());
        queries[1].prepare(vector(random, false), DIMENSION, Metric.COSINE);
        assertThatThrownBy(() -> batch.scan(page, queries, 2, 0, RowFilter.ALL, tops))
                .hasMessage("queries of L2 and COSINE were asked for at once; expected one metric");
        queries[1].prepare(new float[5], 5, Metric.L2);
        assertThatThrownBy(() -> batch.scan(page, queries, 2, 0, RowFilter.ALL, tops))
                .hasMessageContaining("expected SCAN with the query's dimension 5");
        assertThatThrownBy(() -> batch.scan(page, queries, 3, 0, RowFilter.ALL, tops))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
