// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Several queries at once beside one query after the other. */
class BatchScanProperties {
    private static final int DIMENSION = 37;

    private static float[] vector(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static VectorPage page(Code code, int rows, int dimension, Random random) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, dimension, rows);
        while (!page.isFull()) {
            page.append(page.count(), vector(random, dimension));
        }
        return page;
    }

    private static PreparedQuery[] queries(
            VectorKernels kernels, int count, int dimension, Metric metric, Random random) {
        PreparedQuery[] queries = new PreparedQuery[count];
        for (int q = 0; q < count; q++) {
            queries[q] = new PreparedQuery(kernels, dimension);
            queries[q].prepare(vector(random, dimension), dimension, metric);
        }
        return queries;
    }

    @Property(tries = 300)
    void eachQueryFindsWhatItFindsAlone(
            @ForAll Metric metric,
            @ForAll @IntRange(min = 1, max = 150) int rows,
            @ForAll @IntRange(min = 1, max = 70) int dimension,
            @ForAll @IntRange(min = 1, max = 9) int count,
            @ForAll @IntRange(min = 1, max = 150) int k,
            @ForAll long seed) {
        for (VectorKernels kernels : KernelsTest.kernels()) {
            Random random = new Random(seed);
            VectorPage page = page(Code.FLOAT32, rows, dimension, random);
            PreparedQuery[] queries = queries(kernels, count, dimension, metric, random);
            RowFilter live = row -> row % 5 != 3;
            TopK[] tops = new TopK[count];
            for (int q = 0; q < count; q++) {
                tops[q] = new TopK(k);
            }
            assertThat(new BatchScan(kernels).scan(page, queries, count, 7, live, tops))
                    .isEqualTo(rows);
            for (int q = 0; q < count; q++) {
                TopK alone = new TopK(k);
                queries[q].scan(page, 7, live, alone);
                assertSame(tops[q], alone);
            }
        }
    }

    private static void assertSame(TopK actual, TopK expected) {
        actual.sort();
        expected.sort();
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.row(i)).isEqualTo(expected.row(i));
            assertThat(actual.distance(i)).isEqualTo(expected.distance(i));
            assertThat(actual.tag(i)).isEqualTo(7);
        }
    }

    @Example
    void queriesOfSeveralMetricsOrDimensionsAreRefused() {
        Random random = new Random(1);
        VectorPage page = page(Code.FLOAT32, 5, DIMENSION, random);
        PreparedQuery[] queries = queries(Kernels.best(), 4, DIMENSION, Metric.L2, random);
        TopK[] tops = {new TopK(1), new TopK(1), new TopK(1), new TopK(1)};
        BatchScan batch = new BatchScan(Kernels.best());
        queries[1].prepare(vector(random, DIMENSION), DIMENSION, Metric.COSINE);
        assertThatThrownBy(() -> batch.scan(page, queries, 4, 0, RowFilter.ALL, tops))
                .hasMessage("queries of L2 and COSINE were asked for at once; expected one metric");
        queries[1].prepare(new float[5], 5, Metric.L2);
        assertThatThrownBy(() -> batch.scan(page, queries, 4, 0, RowFilter.ALL, tops))
                .hasMessageContaining("expected SCAN with the query's dimension 5");
        assertThatThrownBy(() -> batch.scan(page, queries, 5, 0, RowFilter.ALL, tops))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Example
    void pagesOfOtherCodesAreRefused() {
        Random random = new Random(1);
        VectorPage page = page(Code.INT8, 5, DIMENSION, random);
        PreparedQuery[] queries = queries(Kernels.best(), 4, DIMENSION, Metric.L2, random);
        TopK[] tops = {new TopK(1), new TopK(1), new TopK(1), new TopK(1)};
        BatchScan batch = new BatchScan(Kernels.best());
        assertThatThrownBy(() -> batch.scan(page, queries, 4, 0, RowFilter.ALL, tops))
                .hasMessage("page is of INT8; expected FLOAT32");
    }
}
