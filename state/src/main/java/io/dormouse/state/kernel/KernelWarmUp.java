// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Searches small pages of its own until the compiler has had its turn with every kernel. Vector code that is not yet
 * compiled makes an object of every register and is a hundred times slower: the first few hundred pages would cost some
 * milliseconds each. So the warm-up ends when searching allocates nothing, but not before a least and not after a most
 * time.
 *
 * <p>It must show the compiler all that will happen later: a branch that was never taken is left out of the compiled code,
 * and the first page that takes it throws the kernel back to the interpreter until it is compiled again, which took seconds
 * in a busy process. Hence dimensions and counts of rows with every kind of rest, for every code and metric.
 */
final class KernelWarmUp {
    /** Whole registers and rests of them; the large ones come first, as the compiler unrolls loops by what it has seen. */
    private static final int[] DIMENSIONS = {384, 200, 1000, 128, 240, 24};

    /** With and without rests after eight, four and two rows; more than one block. */
    private static final int[] ROWS = {70, 11, 9, 16, 2, 7};

    /** Rounds after which the compiler has been asked for everything. */
    private static final int ROUNDS_MIN = 100;

    private static final Metric[] METRICS = Metric.values();
    private static final long NANOS_MIN = 400_000_000L;
    private static final long NANOS_MAX = 10_000_000_000L;

    private final List<WarmUpShape> shapes = new ArrayList<>();

    KernelWarmUp(VectorKernels kernels) {
        for (int i = 0; i < DIMENSIONS.length; i++) {
            shapes.add(new WarmUpShape(kernels, DIMENSIONS[i], ROWS[i]));
        }
    }

    void run() {
        long start = System.nanoTime();
        long spent = 0;
        boolean allocates = true;
        for (int round = 0; spent < NANOS_MAX; round++) {
            if (!allocates && round >= ROUNDS_MIN && spent >= NANOS_MIN) {
                return;
            }
            long before = allocated();
            for (WarmUpShape shape : shapes) {
                for (Metric metric : METRICS) {
                    shape.search(metric);
                }
            }
            allocates = allocated() > before;
            spent = System.nanoTime() - start;
        }
    }

    /** Bytes that this thread has allocated so far. */
    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
