// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.TestRows;
import io.dormouse.state.page.VectorPage;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreparedQueryTest {
    private static final int ROWS = 150;
    private static final float CENTRE = 0.1f;
    private static final int DIMENSION = 37;

    private static float[] gaussian(Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static float[] unit(float[] vector) {
        double norm = Math.sqrt(dot(vector, vector));
        float[] unit = vector.clone();
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (unit[i] / norm);
        }
        return unit;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double distance(float[] a, float[] b, Metric metric) {
        return switch (metric) {
            case L2, HAMMING -> dot(a, a) + dot(b, b) - 2 * dot(a, b);
            case INNER_PRODUCT -> -dot(a, b);
            case COSINE -> 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
        };
    }

    private static VectorPage page(PageKind kind, Code code, float[][] rows) {
        VectorPage page = VectorPage.allocate(kind, code, rows[0].length, rows.length);
        for (int i = 0; i < rows.length; i++) {
            TestRows.append(page, i, rows[i], CENTRE);
        }
        return page;
    }

    private static float[][] rows(Random random, boolean normalised) {
        float[][] rows = new float[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = normalised ? unit(gaussian(random)) : gaussian(random);
        }
        return rows;
    }

    private static TopK scan(PreparedQuery query, VectorPage page, RowFilter live) {
        TopK top = new TopK(ROWS);
        assertThat(query.scan(page, 5, live, top)).isEqualTo(page.count());
        top.sort();
        return top;
    }

    @ParameterizedTest
    @EnumSource
    void float32ScansGiveTheDistancesOfTheMetric(Metric metric) {
        assertScan(metric, Code.FLOAT32, 1e-5);
    }

    @ParameterizedTest
    @EnumSource
    void float16ScansComeCloserToTheDistancesOfTheMetric(Metric metric) {
        assertScan(metric, Code.FLOAT16, metric == Metric.COSINE ? 0.0005 : 0.02);
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"FLOAT32", "FLOAT16", "INT8", "BINARY"})
    void everyCodeCountsTheComponentsThatDiffer(Code code) {
        Random random = new Random(11);
        float[][] rows = new float[ROWS][DIMENSION];
        for (float[] row : rows) {
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = random.nextInt(2);
            }
        }
        float[] vector = rows[7].clone();
        vector[3] = 1 - vector[3];
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(vector, DIMENSION, Metric.HAMMING);
        TopK top = scan(query, page(PageKind.SCAN, code, rows), RowFilter.ALL);
        VectorPage raw = page(PageKind.RAW, Code.FLOAT32, rows);
        for (int i = 0; i < ROWS; i++) {
            int row = (int) top.row(i);
            int differing = 0;
            for (int d = 0; d < DIMENSION; d++) {
                differing += rows[row][d] == vector[d] ? 0 : 1;
            }
            assertThat(top.distance(i)).isEqualTo(differing, within(code == Code.INT8 ? 1e-4f : 0f));
            assertThat(query.exactDistance(raw, row)).isEqualTo(differing);
        }
        assertThat(top.row(0)).isEqualTo(7);
        assertThat(query.score(top.distance(0))).isEqualTo(-1f, within(1e-4f));
    }

    @Test
    void binaryPagesAreOnlyScoredByTheNumberOfDifferences() {
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(new float[DIMENSION], DIMENSION, Metric.L2);
        VectorPage page = VectorPage.allocate(PageKind.SCAN, Code.BINARY, DIMENSION, 1);
        assertThatThrownBy(() -> query.scan(page, 0, RowFilter.ALL, new TopK(1)))
                .hasMessage(
                        "binary pages cannot be scored by L2; expected HAMMING: create the namespace with it or with"
                                + " another code");
    }

    @ParameterizedTest
    @EnumSource
    void int8ScansComeCloseToTheDistancesOfTheMetric(Metric metric) {
        assertScan(metric, Code.INT8, metric == Metric.COSINE ? 0.01 : 0.3);
    }

    private static void assertScan(Metric metric, Code code, double tolerance) {
        Random random = new Random(4);
        float[][] rows = rows(random, metric == Metric.COSINE);
        float[] vector = gaussian(random);
        PreparedQuery query = new PreparedQuery(Kernels.best(), 1);
        query.prepare(vector, DIMENSION, metric);
        TopK top = scan(query, page(PageKind.SCAN, code, rows), RowFilter.ALL);
        assertThat(top.size()).isEqualTo(ROWS);
        for (int i = 0; i < ROWS; i++) {
            double expected = distance(rows[(int) top.row(i)], vector, metric);
            assertThat((double) top.distance(i)).isCloseTo(expected, within(tolerance * Math.max(1, expected / 20)));
            assertThat(top.tag(i)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void scalarAndVectorInstructionsAgreeExactlyOnInt8(Metric metric) {
        Random random = new Random(5);
        VectorPage page = page(PageKind.SCAN, Code.INT8, rows(random, true));
        float[] vector = gaussian(random);
        PreparedQuery scalar = new PreparedQuery(Kernels.scalar(), DIMENSION);
        scalar.prepare(vector, DIMENSION, metric);
        PreparedQuery best = new PreparedQuery(Kernels.best(), DIMENSION);
        best.prepare(vector, DIMENSION, metric);
        TopK expected = scan(scalar, page, RowFilter.ALL);
        TopK actual = scan(best, page, RowFilter.ALL);
        for (int i = 0; i < ROWS; i++) {
            assertThat(actual.row(i)).isEqualTo(expected.row(i));
            assertThat(actual.distance(i)).isEqualTo(expected.distance(i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void exactDistancesComeFromTheOriginalVectors(Metric metric) {
        Random random = new Random(6);
        float[][] rows = rows(random, false);
        float[] vector = gaussian(random);
        VectorPage raw = page(PageKind.RAW, Code.FLOAT32, rows);
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(vector, DIMENSION, metric);
        for (int i = 0; i < ROWS; i++) {
            float distance = query.exactDistance(raw, i);
            double expected = distance(rows[i], vector, metric);
            assertThat((double) distance).isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
            double score = metric == Metric.COSINE ? 1 - expected : -expected;
            assertThat((double) query.score(distance)).isCloseTo(score, within(2e-5 * Math.max(1, Math.abs(score))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void centroidDistancesAreSquaredL2OrNegativeInnerProduct(Metric metric) {
        Random random = new Random(7);
        float[][] rows = rows(random, false);
        byte[] centroids = new byte[ROWS * DIMENSION * 4 + VectorKernels.SLACK_BYTES];
        for (int i = 0; i < ROWS * DIMENSION; i++) {
            LittleEndian.putFloat(centroids, 4 * i, rows[i / DIMENSION][i % DIMENSION]);
        }
        float[] vector = gaussian(random);
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(vector, DIMENSION, metric);
        float[] out = new float[ROWS];
        query.centroidDistances(centroids, ROWS, out);
        for (int i = 0; i < ROWS; i++) {
            double expected = metric == Metric.INNER_PRODUCT
                    ? -dot(rows[i], vector)
                    : distance(rows[i], metric == Metric.COSINE ? unit(vector) : vector, Metric.L2);
            assertThat((double) out[i]).isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
        }
    }

    @Test
    void queriesAreReadFromArraysBytesAndBuffersAlike() {
        Random random = new Random(8);
        float[] vector = gaussian(random);
        byte[] bytes = new byte[3 + DIMENSION * 4];
        for (int i = 0; i < DIMENSION; i++) {
            LittleEndian.putFloat(bytes, 3 + 4 * i, vector[i]);
        }
        VectorPage raw = page(PageKind.RAW, Code.FLOAT32, rows(random, false));
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(vector, DIMENSION, Metric.L2);
        float expected = query.exactDistance(raw, 9);
        query.prepare(new float[2 * DIMENSION], 2 * DIMENSION, Metric.L2);
        query.prepare(bytes, 3, DIMENSION, Metric.L2);
        assertThat(query.exactDistance(raw, 9)).isEqualTo(expected);
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order).position(3);
            query.prepare(buffer, DIMENSION, Metric.L2);
            assertThat(query.exactDistance(raw, 9)).isEqualTo(expected);
            assertThat(buffer.position()).isEqualTo(3);
        }
    }

    @Test
    void onlyRowsThatBeatTheThresholdAreAskedAbout() {
        Random random = new Random(9);
        float[][] rows = rows(random, false);
        VectorPage page = page(PageKind.SCAN, Code.FLOAT32, rows);
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(rows[3], DIMENSION, Metric.L2);
        TopK top = new TopK(1);
        top.offer(0.001f, 1_000, 0);
        int[] asked = new int[1];
        query.scan(page, 0, row -> ++asked[0] > 0 && row != 3, top);
        assertThat(asked[0]).isOne();
        assertThat(top.row(0)).isEqualTo(1_000);
        query.scan(page, 0, RowFilter.ALL, top);
        assertThat(top.row(0)).isEqualTo(3);
    }

    /** Zero, equal, huge, tiny and denormal values, alone and against each other, never make a distance NaN. */
    @ParameterizedTest
    @EnumSource
    void extremeValuesNeverMakeADistanceNaN(Metric metric) {
        float[] values = {0, 1, -1, 1e30f, -1e30f, 1e-30f, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE};
        float[][] rows = new float[values.length * values.length][DIMENSION];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < DIMENSION; i++) {
                rows[r][i] = i % 2 == 0 ? values[r / values.length] : values[r % values.length];
            }
        }
        float[] out = new float[rows.length];
        for (VectorKernels kernels : KernelsTest.kernels()) {
            PreparedQuery query = new PreparedQuery(kernels, DIMENSION);
            for (float[] vector : rows) {
                query.prepare(vector, DIMENSION, metric);
                for (Code code : Code.values()) {
                    if (code == Code.BINARY && metric != Metric.HAMMING) {
                        continue;
                    }
                    VectorPage page = page(PageKind.SCAN, code, rows);
                    if (code.relative()) {
                        assertFiniteBounds(query, page, out);
                        continue;
                    }
                    TopK top = scan(query, page, RowFilter.ALL);
                    assertThat(top.size()).isEqualTo(rows.length);
                    for (int i = 0; i < rows.length; i++) {
                        assertThat(top.distance(i)).isFinite();
                    }
                }
                VectorPage raw = page(PageKind.RAW, Code.FLOAT32, rows);
                query.centroidDistances(codes(raw), rows.length, out);
                for (int i = 0; i < rows.length; i++) {
                    assertThat(query.exactDistance(raw, i)).isFinite();
                    assertThat(out[i]).isFinite();
                }
            }
        }
    }

    private static void assertFiniteBounds(PreparedQuery query, VectorPage page, float[] centroidDistance) {
        byte[] centroid = codes(page(PageKind.RAW, Code.FLOAT32, new float[][] {centroid()}));
        query.centroidDistances(centroid, 1, centroidDistance);
        Candidates candidates = new Candidates();
        candidates.reset(page.count(), page.count(), 1.9f);
        assertThat(query.scan(page, centroidDistance[0], 5, RowFilter.ALL, candidates))
                .isEqualTo(page.count());
        candidates.order();
        for (int left = page.count(); left > 0; left--) {
            assertThat(candidates.size()).isEqualTo(left);
            assertThat(candidates.bound()).isFinite();
            assertThat(candidates.estimate()).isNotNaN();
            candidates.take();
        }
    }

    private static float[] centroid() {
        float[] centroid = new float[DIMENSION];
        Arrays.fill(centroid, CENTRE);
        return centroid;
    }

    private static byte[] codes(VectorPage page) {
        return Arrays.copyOfRange(page.bytes(), page.codeOffset(0), page.bytes().length);
    }

    /** In a process of its own, because kernels of several widths in one process do allocate on JDK 17. */
    @ParameterizedTest
    @EnumSource
    void scanningAllocatesNothing(Metric metric) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllocationMain.class.getName(),
                        metric.name())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed.strip()).isEqualTo(Kernels.best().name() + " allocated 0 bytes");
    }

    /** Prints how much a hundred searches allocate, at least, once they are compiled. */
    static final class AllocationMain {
        private AllocationMain() {}

        public static void main(String[] args) {
            Runnable search = search(Metric.valueOf(args[0]));
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            // Until the kernels are compiled their vectors are objects; then a round must do without a single one.
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (least > 0 && System.nanoTime() < giveUp) {
                long before = threads.getThreadAllocatedBytes(self);
                for (int i = 0; i < 100; i++) {
                    search.run();
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
            System.out.println(Kernels.best().name() + " allocated " + least + " bytes");
        }

        private static Runnable search(Metric metric) {
            Random random = new Random(10);
            float[][] rows = rows(random, true);
            VectorPage int8 = page(PageKind.SCAN, Code.INT8, rows);
            VectorPage float32 = page(PageKind.SCAN, Code.FLOAT32, rows);
            VectorPage rabitq = page(PageKind.SCAN, Code.RABITQ, rows);
            VectorPage pq = page(PageKind.SCAN, Code.PQ, rows);
            VectorPage float16 = page(PageKind.SCAN, Code.FLOAT16, rows);
            VectorPage binary = page(PageKind.SCAN, Code.BINARY, rows);
            VectorPage raw = page(PageKind.RAW, Code.FLOAT32, rows);
            byte[] centroids = codes(raw);
            Candidates candidates = new Candidates();
            float[] out = new float[ROWS];
            float[] vector = gaussian(random);
            PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
            TopK top = new TopK(10);
            return () -> {
                query.prepare(vector, DIMENSION, metric);
                query.centroidDistances(centroids, ROWS, out);
                top.reset(10);
                query.scan(int8, 0, RowFilter.ALL, top);
                query.scan(float32, 1, RowFilter.ALL, top);
                candidates.reset(10, 40, 1.9f);
                query.scan(rabitq, out[0], 2, RowFilter.ALL, candidates);
                query.scan(pq, out[1], 3, RowFilter.ALL, candidates);
                candidates.order();
                query.scan(float16, 1, RowFilter.ALL, top);
                if (metric == Metric.HAMMING) {
                    query.scan(binary, 1, RowFilter.ALL, top);
                }
                query.exactDistance(raw, 7);
                top.sort();
            };
        }
    }

    @Test
    void pagesOfAnotherKindOrDimensionAreRefused() {
        PreparedQuery query = new PreparedQuery(Kernels.best(), DIMENSION);
        query.prepare(new float[DIMENSION], DIMENSION, Metric.L2);
        VectorPage raw = VectorPage.allocate(PageKind.RAW, Code.FLOAT32, DIMENSION, 1);
        VectorPage other = VectorPage.allocate(PageKind.SCAN, Code.INT8, DIMENSION + 1, 1);
        TopK top = new TopK(1);
        assertThatThrownBy(() -> query.scan(raw, 0, RowFilter.ALL, top)).hasMessageContaining("page is RAW");
        assertThatThrownBy(() -> query.scan(other, 0, RowFilter.ALL, top))
                .hasMessageContaining("dimension 38; expected SCAN with the query's dimension 37");
        assertThatThrownBy(() -> query.exactDistance(other, 0)).hasMessageContaining("expected RAW");
    }
}
