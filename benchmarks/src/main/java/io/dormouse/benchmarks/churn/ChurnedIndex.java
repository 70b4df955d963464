// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.churn;

import io.dormouse.benchmarks.churn.Runbook.Write;
import io.dormouse.benchmarks.data.HeapMemory;
import io.dormouse.benchmarks.data.HeapWarmStore;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** One shard of the memory as the operator uses it, all hot: one step of maintenance for every write. */
final class ChurnedIndex {
    private static final long HOT_BYTES = 1L << 30;
    private static final ShardKey KEY = new ShardKey("churn", 0);

    /** Steps are timed by the processor time they take: others may be using the machine. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private final float[][] vectors;
    private final HeapWarmStore store = new HeapWarmStore();
    private final PagedMemory memory;
    private long offset;
    private long[] stepNanos = new long[1 << 16];
    private int stepsRun;

    ChurnedIndex(Runbook runbook, float recallTarget) {
        vectors = runbook.set().base();
        memory = new PagedMemory(
                MemoryLimits.ofHotBytes(HOT_BYTES),
                store,
                Kernels.best(),
                new FixedShareProbes(),
                System::currentTimeMillis);
        memory.create(
                KEY, NamespaceSettings.of(runbook.set().dimension(), runbook.metric(), Code.INT8, 1, recallTarget));
    }

    void apply(Write write) {
        ShardMemory shard = memory.wake(KEY);
        ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, offset++);
        String id = Integer.toString(write.item());
        if (write.row() == Write.DELETE) {
            shard.delete(id, version);
        } else {
            Item item = new Item(id, version, 0, 0, Float.NaN, false, null, null);
            shard.upsert(item, HeapMemory.bytes(vectors[write.row()]));
        }
        memory.settle(shard);
        stepOnce();
    }

    /** Has one step of maintenance done; false when none waits. */
    boolean stepOnce() {
        long start = CLOCK.getCurrentThreadCpuTime();
        boolean ran = memory.runStep();
        if (ran) {
            stepNanos = stepsRun == stepNanos.length ? Arrays.copyOf(stepNanos, 2 * stepsRun) : stepNanos;
            stepNanos[stepsRun++] = CLOCK.getCurrentThreadCpuTime() - start;
        }
        return ran;
    }

    /** Has all outstanding maintenance done; returns how many steps that took. */
    int settle() {
        int steps = 0;
        while (stepOnce()) {
            steps++;
        }
        return steps;
    }

    SearchAnswer search(float[] query, int k, float recallTarget) {
        ShardMemory shard = memory.wake(KEY);
        SearchAnswer answer = shard.search(new SearchRequest(HeapMemory.bytes(query), k, recallTarget, false, true));
        memory.settle(shard);
        return answer;
    }

    /** Bytes of all that is stored, after a checkpoint. */
    long storedBytes() {
        memory.flush();
        store.select(KEY);
        return store.bytesStored();
    }

    /** Bytes handed to the store so far. */
    long bytesWritten() {
        return store.bytesPut();
    }

    int pages() {
        return memory.wake(KEY).pages();
    }

    /** Processor time that a share of all steps of maintenance stayed below, in microseconds. */
    double stepMicros(double share) {
        long[] sorted = Arrays.copyOf(stepNanos, stepsRun);
        Arrays.sort(sorted);
        return stepsRun == 0 ? 0 : sorted[(int) (share * (stepsRun - 1))] / 1e3;
    }

    /** Steps of maintenance so far. */
    int steps() {
        return stepsRun;
    }
}
