// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Estimates of relative codes beside exact distances: right on average, and within their bounds as often as stated. */
class RelativeCodesTest {
    private static final int ROWS = 1_000;
    private static final int QUERIES = 20;
    private static final float ERRORS = 3;

    static Stream<Arguments> cases() {
        return Stream.of(Code.RABITQ, Code.PQ)
                .flatMap(code -> Stream.of(Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT)
                        .flatMap(metric ->
                                Stream.of(100, 200, 784).map(dimension -> Arguments.of(code, metric, dimension))));
    }

    /** Sums over all rows and queries, in standard errors. */
    private static final class Errors {
        double sum;
        double squares;
        int beyond;
        int count;

        void add(double error) {
            sum += error;
            squares += error * error;
            beyond += Math.abs(error) > ERRORS ? 1 : 0;
            count++;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void estimatesAreUnbiasedAndWithinThreeErrorsForNinetyNineRowsOfAHundred(Code code, Metric metric, int dimension) {
        Random random = new Random(dimension);
        float[] centroid = vector(random, dimension, new float[dimension], 2);
        float[][] rows = new float[ROWS][];
        for (int r = 0; r < ROWS; r++) {
            rows[r] = vector(random, dimension, centroid, 0.2 + random.nextDouble());
            if (metric == Metric.COSINE) {
                normalise(rows[r]);
            }
        }
        if (metric == Metric.COSINE) {
            normalise(centroid);
        }
        VectorPage page = page(code, dimension, centroid, rows);
        Errors errors = new Errors();
        PreparedQuery query = new PreparedQuery(Kernels.best(), dimension);
        for (int q = 0; q < QUERIES; q++) {
            float[] vector =
                    vector(random, dimension, centroid, 1.0 / Math.sqrt(metric == Metric.COSINE ? dimension : 1));
            query.prepare(vector, dimension, metric);
            if (metric == Metric.COSINE) {
                normalise(vector);
            }
            addErrors(
                    query,
                    page,
                    centroidDistance(metric, centroid, vector),
                    row -> distance(metric, rows[row], vector),
                    errors);
        }
        assertThat(errors.count).isEqualTo(ROWS * QUERIES);
        assertThat(errors.sum / errors.count).as("mean error").isCloseTo(0, within(0.1));
        assertThat(Math.sqrt(errors.squares / errors.count))
                .as("standard error")
                .isBetween(0.8, 1.1);
        assertThat((double) errors.beyond / errors.count)
                .as("share beyond the bound")
                .isLessThan(0.01);
    }

    private interface Exact {
        double of(int row);
    }

    private static void addErrors(PreparedQuery query, VectorPage page, float toCentroid, Exact exact, Errors errors) {
        Candidates candidates = new Candidates();
        candidates.reset(ROWS, ROWS, ERRORS);
        query.scan(page, toCentroid, 0, RowFilter.ALL, candidates);
        candidates.order();
        while (candidates.size() > 0) {
            double margin = candidates.estimate() - candidates.bound();
            errors.add((exact.of((int) candidates.row()) - candidates.estimate()) / (margin / ERRORS));
            candidates.take();
        }
    }

    private static VectorPage page(Code code, int dimension, float[] centroid, float[][] rows) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, dimension, rows.length);
        RelativeEncoder encoder = new RelativeEncoder(code, dimension, Kernels.best());
        encoder.centre(centroid);
        for (int r = 0; r < rows.length; r++) {
            encoder.encode(rows[r]);
            page.append(r, encoder);
        }
        return page;
    }

    private static float centroidDistance(Metric metric, float[] centroid, float[] vector) {
        return (float) (metric == Metric.INNER_PRODUCT ? -dot(centroid, vector) : squaredL2(centroid, vector));
    }

    private static double distance(Metric metric, float[] row, float[] vector) {
        return switch (metric) {
            case INNER_PRODUCT -> -dot(row, vector);
            case COSINE -> 1 - dot(row, vector);
            default -> squaredL2(row, vector);
        };
    }

    @Test
    void aRowAtTheCentroidOfItsPageHasItsDistance() {
        Random random = new Random(5);
        float[] centroid = vector(random, 70, new float[70], 2);
        float[] vector = vector(random, 70, new float[70], 2);
        VectorPage page = page(Code.PQ, 70, centroid, new float[][] {centroid});
        PreparedQuery query = new PreparedQuery(Kernels.best(), 70);
        query.prepare(vector, 70, Metric.L2);
        Candidates candidates = new Candidates();
        candidates.reset(1, 1, 1.9f);
        float distance = (float) squaredL2(centroid, vector);
        query.scan(page, distance, 0, RowFilter.ALL, candidates);
        candidates.order();
        assertThat(candidates.estimate()).isCloseTo(distance, within(1e-5f * distance));
        assertThat(candidates.bound()).isLessThanOrEqualTo(distance);
    }

    private static float[] vector(Random random, int dimension, float[] around, double spread) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = around[i] + (float) (random.nextGaussian() * spread);
        }
        return vector;
    }

    private static void normalise(float[] vector) {
        double norm = Math.sqrt(dot(vector, vector));
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / norm);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < b.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double squaredL2(float[] a, float[] b) {
        return dot(a, a) + dot(b, b) - 2 * dot(a, b);
    }
}
