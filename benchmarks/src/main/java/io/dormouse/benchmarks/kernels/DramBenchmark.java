// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.kernels;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.LittleEndian;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.RowFilter;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.page.CorruptPageException;
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
 * Reading 1 GiB, which no cache holds: once as the scan of float32 pages that it is, once as plain sums of numbers, which do
 * next to nothing but read, over the same pages and over large arrays of longs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DramBenchmark {
    /** Bytes of all pages, and of all longs. */
    static final long BYTES = 1L << 30;

    private static final int PAGE_BYTES = 65_536;
    private static final int ARRAY_BYTES = 1 << 26;
    private static final int NEAREST = 10;

    @Param({"128", "384", "768", "1536"})
    public int dimension;

    private final VectorPage[] pages = new VectorPage[(int) (BYTES / PAGE_BYTES)];
    private final long[][] longs = new long[(int) (BYTES / ARRAY_BYTES)][];
    private final TopK top = new TopK(NEAREST);
    private PreparedQuery query;

    /** Bytes of the rows of all pages, without what lies around them. */
    static long codeBytes(int dimension) {
        long row = Code.FLOAT32.codeBytes(dimension);
        return BYTES / PAGE_BYTES * KernelsBenchmark.rows(Code.FLOAT32, dimension) * row;
    }

    @Setup
    public void fill() throws CorruptPageException {
        Random random = new Random(1);
        int rows = KernelsBenchmark.rows(Code.FLOAT32, dimension);
        VectorPage page = VectorPage.allocate(PageKind.SCAN, Code.FLOAT32, dimension, rows);
        while (!page.isFull()) {
            page.append(page.count(), KernelsBenchmark.gaussian(dimension, random));
        }
        for (int i = 0; i < pages.length; i++) {
            pages[i] = VectorPage.read(page.write(i));
        }
        for (int i = 0; i < longs.length; i++) {
            longs[i] = random.longs(ARRAY_BYTES / Long.BYTES).toArray();
        }
        query = new PreparedQuery(Kernels.best(), dimension);
        query.prepare(KernelsBenchmark.gaussian(dimension, random), dimension, Metric.L2);
    }

    @Benchmark
    public TopK scanPages() {
        top.reset(NEAREST);
        for (VectorPage page : pages) {
            query.scan(page, 0, RowFilter.ALL, top);
        }
        return top;
    }

    @Benchmark
    public long readPages() {
        long s0 = 0;
        long s1 = 0;
        long s2 = 0;
        long s3 = 0;
        for (VectorPage page : pages) {
            byte[] bytes = page.bytes();
            for (int i = 0; i <= bytes.length - 4 * Long.BYTES; i += 4 * Long.BYTES) {
                s0 += LittleEndian.getLong(bytes, i);
                s1 += LittleEndian.getLong(bytes, i + Long.BYTES);
                s2 += LittleEndian.getLong(bytes, i + 2 * Long.BYTES);
                s3 += LittleEndian.getLong(bytes, i + 3 * Long.BYTES);
            }
        }
        return s0 + s1 + s2 + s3;
    }

    @Benchmark
    public long readLongs() {
        long sum = 0;
        for (long[] array : longs) {
            for (long value : array) {
                sum += value;
            }
        }
        return sum;
    }
}
