// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.state.kernel.BatchScan;
import io.dormouse.state.kernel.BinaryQuery;
import io.dormouse.state.kernel.Candidates;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Int8Query;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.LittleEndian;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.RelativeEncoder;
import io.dormouse.state.kernel.RowFilter;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Scoring one full page of 64 KiB, which stays in the second-level cache. Every benchmark scores all rows of the page, so
 * the time per row is that of a call divided by {@link #rows}; {@code one*} call the kernel row by row, {@code page*}
 * score several rows at once, {@code scan*} also turn the scores into distances and keep the ten nearest, a block of rows
 * after the other; {@code unfused*} do so after all rows of the page have been scored; {@code batch*} scan for four queries
 * at once, and their time is per row and query; {@code twin*} are the scalar loops.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelsBenchmark {
    private static final int PAGE_BYTES = 65_536;
    private static final int NEAREST = 10;
    private static final float BOUND_ERRORS = 1.9f;
    private static final int SEED = 7;

    /** Queries that are scored at once. */
    static final int BATCH = 4;

    @Param({"128", "384", "768", "1536"})
    public int dimension;

    private final VectorKernels kernels = Kernels.best();
    private final TopK top = new TopK(NEAREST);
    private final Int8Query int8Query = new Int8Query();
    private final BinaryQuery binaryQuery = new BinaryQuery();
    private final Candidates candidates = new Candidates();
    private VectorPage floatPage;
    private VectorPage int8Page;
    private VectorPage rabitqPage;
    private VectorPage pqPage;
    private VectorPage float16Page;
    private VectorPage binaryPage;
    private PreparedQuery hamming;
    private BatchScan batch;
    private final PreparedQuery[] queries = new PreparedQuery[BATCH];
    private final TopK[] tops = new TopK[BATCH];
    private PreparedQuery prepared;
    private float[] query;
    private float[] floatRows;
    private float[] floatScores;
    private int[] int8Scores;
    private int[] binaryScores;

    /** Rows of a page that is as full as it gets. */
    static int rows(Code code, int dimension) {
        return VectorPage.rowsMax(PageKind.SCAN, code, dimension, PAGE_BYTES);
    }

    @Setup
    public void fill() {
        Random random = new Random(SEED);
        floatPage = page(Code.FLOAT32, random);
        int8Page = page(Code.INT8, random);
        rabitqPage = relativePage(Code.RABITQ, random);
        pqPage = relativePage(Code.PQ, random);
        floatRows = new float[floatPage.count() * dimension];
        for (int i = 0; i < floatRows.length; i++) {
            floatRows[i] = LittleEndian.getFloat(floatPage.bytes(), floatPage.codeOffset(0) + i * Float.BYTES);
        }
        query = gaussian(dimension, random);
        int8Query.set(query, dimension);
        prepared = new PreparedQuery(kernels, dimension);
        prepared.prepare(query, dimension, Metric.L2);
        float16Page = page(Code.FLOAT16, random);
        binaryPage = page(Code.BINARY, random);
        hamming = new PreparedQuery(kernels, dimension);
        hamming.prepare(query, dimension, Metric.HAMMING);
        batch = new BatchScan(kernels);
        for (int i = 0; i < BATCH; i++) {
            queries[i] = new PreparedQuery(kernels, dimension);
            queries[i].prepare(gaussian(dimension, random), dimension, Metric.L2);
            tops[i] = new TopK(NEAREST);
        }
        floatScores = new float[floatPage.count()];
        int8Scores = new int[int8Page.count()];
        binaryQuery.set(query, dimension);
        binaryScores = new int[binaryPage.count()];
    }

    private VectorPage page(Code code, Random random) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, dimension, rows(code, dimension));
        while (!page.isFull()) {
            page.append(page.count(), gaussian(dimension, random));
        }
        return page;
    }

    private VectorPage relativePage(Code code, Random random) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, code, dimension, rows(code, dimension));
        RelativeEncoder encoder = new RelativeEncoder(code, dimension, kernels);
        encoder.centre(new float[dimension]);
        while (!page.isFull()) {
            encoder.encode(gaussian(dimension, random));
            page.append(page.count(), encoder);
        }
        return page;
    }

    static float[] gaussian(int dimension, Random random) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    @Benchmark
    public float[] oneFloat32() {
        for (int r = 0; r < floatScores.length; r++) {
            floatScores[r] = kernels.float32().dot(floatPage.bytes(), floatPage.codeOffset(r), query, dimension);
        }
        return floatScores;
    }

    @Benchmark
    public float[] pageFloat32() {
        VectorPage page = floatPage;
        kernels.float32()
                .dotBlock(page.bytes(), page.codeOffset(0), page.stride(), page.count(), query, dimension, floatScores);
        return floatScores;
    }

    @Benchmark
    public float[] pageFloat32L2() {
        VectorPage page = floatPage;
        kernels.float32()
                .squaredL2Block(
                        page.bytes(), page.codeOffset(0), page.stride(), page.count(), query, dimension, floatScores);
        return floatScores;
    }

    @Benchmark
    public TopK scanFloat32() {
        top.reset(NEAREST);
        prepared.scan(floatPage, 0, RowFilter.ALL, top);
        return top;
    }

    @Benchmark
    public TopK unfusedFloat32() {
        VectorPage page = floatPage;
        kernels.float32()
                .squaredL2Block(
                        page.bytes(), page.codeOffset(0), page.stride(), page.count(), query, dimension, floatScores);
        top.reset(NEAREST);
        for (int r = 0; r < floatScores.length; r++) {
            if (floatScores[r] <= top.threshold()) {
                top.offer(floatScores[r], page.row(r), 0);
            }
        }
        return top;
    }

    @Benchmark
    public TopK[] batchFloat32() {
        for (TopK each : tops) {
            each.reset(NEAREST);
        }
        batch.scan(floatPage, queries, BATCH, 0, RowFilter.ALL, tops);
        return tops;
    }

    @Benchmark
    public TopK scanFloat16() {
        top.reset(NEAREST);
        prepared.scan(float16Page, 0, RowFilter.ALL, top);
        return top;
    }

    @Benchmark
    public TopK scanBinary() {
        top.reset(NEAREST);
        hamming.scan(binaryPage, 0, RowFilter.ALL, top);
        return top;
    }

    @Benchmark
    public TopK unfusedBinary() {
        VectorPage page = binaryPage;
        kernels.binary().hammingBlock(page.bytes(), page.codeOffset(0), page.count(), binaryQuery, binaryScores);
        top.reset(NEAREST);
        for (int r = 0; r < binaryScores.length; r++) {
            if (binaryScores[r] <= top.threshold()) {
                top.offer(binaryScores[r], page.row(r), 0);
            }
        }
        return top;
    }

    @Benchmark
    public float[] twinFloat32() {
        for (int r = 0; r < floatScores.length; r++) {
            floatScores[r] = ScalarTwin.dotBytes(floatPage.bytes(), floatPage.codeOffset(r), query, dimension);
        }
        return floatScores;
    }

    @Benchmark
    public float[] twinFloat32Array() {
        for (int r = 0; r < floatScores.length; r++) {
            floatScores[r] = ScalarTwin.dotFloats(floatRows, r * dimension, query, dimension);
        }
        return floatScores;
    }

    @Benchmark
    public int[] oneInt8() {
        for (int r = 0; r < int8Scores.length; r++) {
            int8Scores[r] = kernels.int8().dot(int8Page.bytes(), int8Page.codeOffset(r), int8Query);
        }
        return int8Scores;
    }

    @Benchmark
    public int[] pageInt8() {
        VectorPage page = int8Page;
        kernels.int8().dotBlock(page.bytes(), page.codeOffset(0), page.stride(), page.count(), int8Query, int8Scores);
        return int8Scores;
    }

    @Benchmark
    public TopK scanInt8() {
        top.reset(NEAREST);
        prepared.scan(int8Page, 0, RowFilter.ALL, top);
        return top;
    }

    @Benchmark
    public Candidates scanRabitq() {
        return scanRelative(rabitqPage);
    }

    @Benchmark
    public Candidates scanPq() {
        return scanRelative(pqPage);
    }

    private Candidates scanRelative(VectorPage page) {
        candidates.reset(NEAREST, 20 * NEAREST, BOUND_ERRORS);
        prepared.scan(page, dimension, 0, RowFilter.ALL, candidates);
        return candidates;
    }

    @Benchmark
    public TopK unfusedInt8() {
        VectorPage page = int8Page;
        kernels.int8().dotBlock(page.bytes(), page.codeOffset(0), page.stride(), page.count(), int8Query, int8Scores);
        top.reset(NEAREST);
        float step = 2 * int8Query.scale();
        for (int r = 0; r < int8Scores.length; r++) {
            float norm = page.factor(r, Code.NORM);
            float distance = norm * norm - step * page.factor(r, Code.SCALE) * int8Scores[r];
            if (distance <= top.threshold()) {
                top.offer(distance, page.row(r), 0);
            }
        }
        return top;
    }

    @Benchmark
    public int[] twinInt8() {
        for (int r = 0; r < int8Scores.length; r++) {
            int8Scores[r] = ScalarTwin.dotInt8(int8Page.bytes(), int8Page.codeOffset(r), int8Query.codes(), dimension);
        }
        return int8Scores;
    }
}
