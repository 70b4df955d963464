// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs each kernel of this process beside its twin in plain Java, in short slots in turn, and prints a line for each: fine,
 * or what is wrong. The best slot counts, as a busy machine only ever makes slots longer.
 */
final class KernelCliffs {
    private static final int DIMENSION = 200;
    private static final int ROWS = 43;
    private static final int NIBBLE_ROWS = 48;
    private static final long SLOT_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int ROUNDS_MIN = 10;
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(150);

    /** A kernel falls by far more than this, and none is so little better than its twin. */
    private static final double TIMES_MIN = 1.5;

    private final List<Pair> pairs = new ArrayList<>();

    /** A kernel and its twin. */
    private static final class Pair {
        final String name;
        final Runnable kernel;
        final Runnable twin;
        double kernelNanos = Double.POSITIVE_INFINITY;
        double twinNanos = Double.POSITIVE_INFINITY;
        long allocated = Long.MAX_VALUE;

        Pair(String name, Runnable kernel, Runnable twin) {
            this.name = name;
            this.kernel = kernel;
            this.twin = twin;
        }

        void measure() {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long self = Thread.currentThread().getId();
            twinNanos = Math.min(twinNanos, slot(twin));
            long before = threads.getThreadAllocatedBytes(self);
            kernelNanos = Math.min(kernelNanos, slot(kernel));
            allocated = Math.min(allocated, threads.getThreadAllocatedBytes(self) - before);
        }

        private static double slot(Runnable run) {
            long start = System.nanoTime();
            long end = start;
            int runs = 0;
            for (; end - start < SLOT_NANOS; runs++) {
                run.run();
                end = System.nanoTime();
            }
            return (end - start) / (double) runs;
        }

        boolean fine() {
            return allocated == 0 && twinNanos >= TIMES_MIN * kernelNanos;
        }

        @Override
        public String toString() {
            return String.format(
                    "%s %s: allocates %d bytes (expected 0), %.0f ns, %.1f times as fast as plain Java (expected %.1f)",
                    fine() ? "fine" : "FELL", name, allocated, kernelNanos, twinNanos / kernelNanos, TIMES_MIN);
        }
    }

    private KernelCliffs() {
        float32();
        float16();
        int8();
        binary();
        batch();
        relative();
    }

    public static void main(String[] args) {
        Kernels.warmUp();
        KernelCliffs cliffs = new KernelCliffs();
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS_MIN || !cliffs.allFine(); round++) {
            cliffs.pairs.forEach(Pair::measure);
            if (System.nanoTime() - start > NANOS_MAX) {
                break;
            }
        }
        cliffs.pairs.forEach(System.out::println);
    }

    private boolean allFine() {
        return pairs.stream().allMatch(Pair::fine);
    }

    private <K> void add(String name, Function<VectorKernels, K> kind, Function<K, Runnable> run) {
        K kernel = kind.apply(Kernels.best());
        K twin = kind.apply(Kernels.scalar());
        if (kernel.getClass() != twin.getClass()) {
            pairs.add(new Pair(name, run.apply(kernel), run.apply(twin)));
        }
    }

    /** Rows of the widest code; the others read as many of their bytes as they need. */
    private static byte[] page() {
        Random random = new Random(1);
        byte[] page = new byte[ROWS * DIMENSION * Float.BYTES + VectorKernels.SLACK_BYTES];
        for (int i = 0; i < ROWS * DIMENSION; i++) {
            LittleEndian.putFloat(page, i * Float.BYTES, (float) random.nextGaussian());
        }
        return page;
    }

    private static float[] query() {
        Random random = new Random(2);
        float[] query = new float[Rotation.of(DIMENSION).dimension()];
        for (int i = 0; i < DIMENSION; i++) {
            query[i] = (float) random.nextGaussian();
        }
        return query;
    }

    private void float32() {
        byte[] page = page();
        float[] q = query();
        float[] out = new float[ROWS];
        int stride = Code.FLOAT32.codeBytes(DIMENSION);
        add("float32 dot", VectorKernels::float32, k -> () -> out[0] += k.dot(page, 0, q, DIMENSION));
        add("float32 squaredL2", VectorKernels::float32, k -> () -> out[0] += k.squaredL2(page, 0, q, DIMENSION));
        for (int d : new int[] {DIMENSION, DIMENSION / 64 * 64}) {
            String of = " of " + d;
            add(
                    "float32 dotBlock" + of,
                    VectorKernels::float32,
                    k -> () -> k.dotBlock(page, 0, stride, ROWS, q, d, out));
            add(
                    "float32 squaredL2Block" + of,
                    VectorKernels::float32,
                    k -> () -> k.squaredL2Block(page, 0, stride, ROWS, q, d, out));
        }
    }

    private void float16() {
        byte[] page = page();
        float[] out = new float[ROWS];
        float[] weights = new float[ROWS];
        Arrays.fill(weights, 1);
        int stride = Code.FLOAT16.codeBytes(DIMENSION);
        Float16Query dot = new Float16Query();
        dot.setForDot(query(), DIMENSION);
        Float16Query squared = new Float16Query();
        squared.setForSquaredL2(query(), DIMENSION);
        add("fp16 dotBlock", VectorKernels::float16, k -> () -> k.dotBlock(page, 0, stride, ROWS, dot, out));
        add(
                "fp16 squaredL2Block",
                VectorKernels::float16,
                k -> () -> k.squaredL2Block(page, 0, stride, ROWS, weights, squared, out));
    }

    private void int8() {
        byte[] page = page();
        int[] out = new int[ROWS];
        Int8Query query = new Int8Query();
        query.set(query(), DIMENSION);
        add("int8 dot", VectorKernels::int8, k -> () -> out[0] += k.dot(page, 0, query));
        add("int8 dotBlock", VectorKernels::int8, k -> () -> k.dotBlock(page, 0, DIMENSION, ROWS, query, out));
    }

    /** In more dimensions: in few, counting bits word by word is as fast. */
    private void binary() {
        int dimension = 16 * DIMENSION;
        byte[] page = page();
        int[] out = new int[ROWS];
        BinaryQuery query = new BinaryQuery();
        query.set(new float[dimension], dimension);
        add("binary hammingBlock", VectorKernels::binary, k -> () -> k.hammingBlock(page, 0, ROWS, query, out));
    }

    private void batch() {
        byte[] page = page();
        float[] q = query();
        int rows = ROWS - ROWS % BatchKernels.ROWS;
        float[] out = new float[BatchKernels.QUERIES * rows];
        int stride = Code.FLOAT32.codeBytes(DIMENSION);
        add("batch dots", VectorKernels::batch, k -> () -> k.dots(page, 0, stride, rows, q, q, q, q, DIMENSION, out));
        add(
                "batch squaredL2s",
                VectorKernels::batch,
                k -> () -> k.squaredL2s(page, 0, stride, rows, q, q, q, q, DIMENSION, out));
    }

    private void relative() {
        byte[] page = page();
        int[] sums = new int[NIBBLE_ROWS];
        float[] bounds = new float[NIBBLE_ROWS];
        BoundTerms terms = new BoundTerms();
        NibbleCodebook codebook = NibbleCodebook.of(Code.RABITQ);
        float[] rotated = query();
        NibbleTables tables = new NibbleTables();
        tables.set(Kernels.scalar().nibble(), codebook, rotated, rotated.length);
        int blocks = NIBBLE_ROWS / NibbleKernels.BLOCK_ROWS;
        add("nibble sums", VectorKernels::nibble, k -> () -> k.sums(page, 0, blocks, tables, sums));
        add("nibble bounds", VectorKernels::nibble, k -> () -> k.bounds(page, 0, blocks, sums, terms, bounds));
        add("nibble fill", VectorKernels::nibble, k -> () -> tables.set(k, codebook, rotated, rotated.length));
        Rotation rotation = Rotation.of(DIMENSION);
        float[] turned = query();
        add("rotation", VectorKernels::rotation, k -> () -> {
            System.arraycopy(rotated, 0, turned, 0, turned.length);
            rotation.rotate(k, turned);
        });
    }
}
