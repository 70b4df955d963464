// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdWorld;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.MapWarmStore;
import org.junit.jupiter.api.Test;

/** What happens around a page on its way to object storage. */
class RawAgeingTest {
    private static final ShardKey KEY = new ShardKey("n", 0);
    private static final int DIMENSION = 8;
    private static final int ITEMS = 120;

    private final ColdWorld world = new ColdWorld();
    private final MapWarmStore store = new MapWarmStore();
    private long millis = 1;
    private long offset;
    private final PagedMemory memory = new PagedMemory(
            new MemoryLimits(1 << 24, 1 << 20, 1024, 1024),
            store,
            Kernels.best(),
            new FixedShareProbes(),
            RecallSampling.OFF,
            world.place(),
            () -> millis);

    private void fill(String generation, boolean pinned) {
        ShardMemory shard = memory.wake(KEY);
        shard = shard == null
                ? memory.create(KEY, NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f))
                : shard;
        for (int i = 0; i < ITEMS; i++) {
            ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, offset++);
            byte[] payload = (generation + i).getBytes(UTF_8);
            shard.upsert(
                    new Item("i" + i, version, 0, 0, Float.NaN, pinned, payload, null),
                    TestShard.bytes(TestShard.vector(i, DIMENSION)));
        }
        memory.settle(shard);
        memory.flush();
    }

    /** Two passes collect every page; what was collected is handed to the I/O thread. */
    private void age() {
        for (int i = 0; i < 2; i++) {
            memory.wake(KEY).age();
            runSteps();
        }
        millis += 10_000;
        memory.tick();
    }

    private void runSteps() {
        while (memory.runStep()) {
            // each call takes one
        }
    }

    private void finishIo() {
        world.runAll();
        runSteps();
    }

    private void assertPayloads(String generation) {
        for (int i = 0; i < ITEMS; i++) {
            SearchRequest request =
                    new SearchRequest(TestShard.bytes(TestShard.vector(i, DIMENSION)), 1, 1f, false, true);
            ColdNeed need = memory.cold().fetches().need(() -> {});
            SearchAnswer answer = memory.wake(KEY).search(request);
            for (int round = 0; !answer.needs().isEmpty() && round < 5; round++) {
                need.fetch(answer.needs());
                world.runAll();
                answer = memory.wake(KEY).search(request);
            }
            need.release();
            assertThat(answer.needs()).isEmpty();
            assertThat(answer.damagedPages()).isZero();
            assertThat(answer.hits().get(0).item().payload()).isEqualTo((generation + i).getBytes(UTF_8));
        }
    }

    @Test
    void pagesGoColdAndCanBeRead() {
        fill("a", false);
        age();
        finishIo();
        assertThat(memory.cold().uses().bytesLive()).isPositive();
        assertPayloads("a");
    }

    @Test
    void aNamespaceThatWasErasedAndMadeAnewMeanwhileKeepsItsOwnPayloads() {
        fill("a", false);
        age();
        memory.erase(KEY);
        fill("b", false); // the same vectors under the same page numbers
        finishIo();
        assertThat(memory.cold().uses().bytesLive()).isZero();
        assertPayloads("b");
    }

    @Test
    void anErasedNamespaceUsesNoSegment() {
        fill("a", false);
        age();
        finishIo();
        memory.erase(KEY);
        assertThat(memory.cold().uses().segments()).isZero();
        assertThat(memory.cold().uses().bytesLive()).isZero();
    }

    @Test
    void pagesWithPinnedItemsStay() {
        fill("a", true);
        age();
        finishIo();
        assertThat(memory.cold().demotions().segments()).isZero();
    }

    @Test
    void whenObjectStorageIsDownPagesStayAndGoLater() {
        fill("a", false);
        world.store.setDown(true);
        age();
        finishIo();
        assertThat(memory.cold().demotions().failures()).isPositive();
        assertThat(memory.cold().uses().segments()).isZero();
        assertPayloads("a");
        world.store.setDown(false);
        millis += 60_000;
        age();
        finishIo();
        assertThat(memory.cold().uses().bytesLive()).isPositive();
        assertPayloads("a");
    }
}
