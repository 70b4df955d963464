// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdWorld;
import io.dormouse.state.cold.WarmLimits;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.MapWarmStore;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens around a page on its way to object storage. */
class RawAgeingTest {
    private static final ShardKey KEY = new ShardKey("n", 0);
    private static final int DIMENSION = 8;
    private static final int ITEMS = 120;

    private static final ShardKey OTHER = new ShardKey("other", 0);
    private static final long ROOMY = 1 << 24;
    private static final long CRAMPED = 12_000;
    private static final long ELIGIBLE = 60_000;
    private static final long IDLE_MAX = 300_000;

    private final MapWarmStore store = new MapWarmStore();
    private ColdWorld world;
    private PagedMemory memory;
    private long millis = 1;
    private long offset;
    private int nothingLeft;

    @BeforeEach
    void start() {
        start(0, ROOMY);
    }

    private void start(long warmBytesMax, long hotBytesMax) {
        world = new ColdWorld(new WarmLimits(ELIGIBLE, IDLE_MAX, warmBytesMax));
        memory = new PagedMemory(
                new MemoryLimits(hotBytesMax, 1 << 20, 1024, 1024),
                store,
                Kernels.best(),
                new FixedShareProbes(),
                RecallSampling.OFF,
                world.place(),
                () -> millis);
    }

    private void fill(String generation, boolean pinned) {
        fill(generation, pinned, Float.NaN);
    }

    private void fill(String generation, boolean pinned, float importance) {
        fill(KEY, generation, pinned, importance);
    }

    private void fill(ShardKey key, String generation, boolean pinned, float importance) {
        ShardMemory shard = memory.wake(key);
        shard = shard == null
                ? memory.create(key, NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f))
                : shard;
        for (int i = 0; i < ITEMS; i++) {
            ItemVersion version = new ItemVersion(ItemVersion.NONE, 0, offset++);
            byte[] payload = (generation + i).getBytes(UTF_8);
            shard.upsert(
                    new Item("i" + i, version, 0, 0, importance, pinned, payload, null),
                    TestShard.bytes(TestShard.vector(i, DIMENSION)));
        }
        memory.settle(shard);
        memory.flush();
    }

    /** Every page is collected; what was collected is handed to the I/O thread. */
    private void age() {
        idle(IDLE_MAX + IDLE_MAX / 5);
        collect();
    }

    private void idle(long forMillis) {
        millis += forMillis;
        memory.tick();
    }

    private void collect() {
        memory.wake(KEY).age(() -> nothingLeft++);
        runSteps();
        idle(10_000);
    }

    private static SearchRequest request(int item) {
        return new SearchRequest(TestShard.bytes(TestShard.vector(item, DIMENSION)), 1, 1f, false, true);
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
            SearchRequest request = request(i);
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
        assertThat(memory.wake(KEY).hasPagesToAge()).isTrue();
        memory.wake(KEY).age(() -> nothingLeft++);
        runSteps();
        assertThat(nothingLeft).as("too young to be looked into").isZero();
        age();
        finishIo();
        assertThat(memory.cold().demotions().segments()).isZero();
        assertThat(nothingLeft).isEqualTo(1);
        assertThat(memory.wake(KEY).hasPagesToAge()).isFalse();
        assertThat(memory.wake(KEY).startsToAge()).isFalse();
        fill("b", false);
        assertThat(memory.wake(KEY).startsToAge()).as("there are new pages").isTrue();
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

    private void idleFor(long forMillis) {
        idle(forMillis);
        collect();
        finishIo();
    }

    private long coldPages() {
        return memory.cold().uses().segments() == 0
                ? 0
                : memory.cold().demotions().segments();
    }

    @Test
    void everyReferenceIsFoundAmongTheStoredBlocksThoughOneLiesWithTheHead() {
        fill("a", false);
        age();
        finishIo();
        memory.flush();
        Set<String> segments = new TreeSet<>();
        store.select(KEY);
        int[] values = new int[1];
        int[] references = new int[1];
        store.blocks().forEach((key, stored) -> {
            values[0] += ColdPage.isReference(stored) ? 1 : 0;
            StoredBlocks.forEach(stored, block -> {
                if (ColdPage.isReference(block)) {
                    references[0]++;
                    segments.add(ColdPage.read(block).segment());
                }
            });
        });
        assertThat(references[0]).isEqualTo(values[0] + 1);
        assertThat(segments).containsExactlyElementsOf(memory.cold().uses().names());
    }

    @Test
    void pagesStayUntilTheyWereIdleForLongEnough() {
        fill("a", false);
        idleFor(IDLE_MAX - 20_000);
        assertThat(coldPages()).isZero();
        idleFor(40_000);
        assertThat(coldPages()).isPositive();
    }

    @Test
    void pagesThatAreUsedStay() {
        fill("a", false);
        for (int i = 0; i < 8; i++) {
            assertPayloads("a");
            idleFor(IDLE_MAX / 2);
        }
        assertThat(coldPages()).isZero();
    }

    @Test
    void unimportantPagesGoAsSoonAsTheyMay() {
        fill("a", false, 0.1f);
        idleFor(ELIGIBLE / 2);
        assertThat(coldPages()).isZero();
        idleFor(ELIGIBLE);
        assertThat(coldPages()).isPositive();
        assertPayloads("a");
    }

    @Test
    void pagesGoAsSoonAsTheyMayWhileTheWarmTierIsFull() {
        start(2_000, ROOMY);
        fill("a", false, 0.9f);
        assertThat(memory.cold().warmIsFull()).isFalse(); // not added up yet
        idleFor(ELIGIBLE / 2);
        assertThat(memory.cold().warmIsFull()).isTrue();
        assertThat(coldPages()).isZero();
        idleFor(ELIGIBLE);
        assertThat(coldPages()).isPositive();
        assertPayloads("a");
    }

    @Test
    void whatTheWarmTierHoldsIsCountedAndOutlivesARestart() {
        fill("a", false);
        memory.tick();
        long full = memory.cold().warmUses().bytes();
        assertThat(full).isGreaterThan(ITEMS * (DIMENSION * Float.BYTES + 8L));
        age();
        finishIo();
        memory.flush();
        memory.tick();
        long rest = memory.cold().warmUses().bytes();
        assertThat(full - rest).isGreaterThan(ITEMS * DIMENSION * Float.BYTES / 2L);
        start(0, ROOMY);
        assertThat(memory.cold().warmUses().bytes()).isEqualTo(rest);
        memory.erase(KEY);
        memory.tick();
        assertThat(memory.cold().warmUses().bytes()).isZero();
    }

    @Test
    void aPageThatIsNeededTwiceSoonComesBackAndOneNeededRarelyDoesNot() {
        start(0, CRAMPED);
        fill(OTHER, "b", true, 0.5f);
        fill("a", false);
        age();
        finishIo();
        long live = memory.cold().uses().bytesLive();
        ask(0);
        idle(120_000);
        ask(0);
        assertThat(memory.cold().uses().bytesLive()).isEqualTo(live);
        idle(10_000);
        ask(0);
        assertThat(memory.cold().uses().bytesLive()).isLessThan(live);
        assertPayloads("a");
    }

    @Test
    void thePageOfAnImportantHitComesBackAtOnce() {
        start(0, CRAMPED);
        fill(OTHER, "b", true, 0.5f);
        fill("a", false, 0.9f);
        age();
        finishIo();
        long live = memory.cold().uses().bytesLive();
        ask(0);
        assertThat(memory.cold().uses().bytesLive()).isLessThan(live);
        assertPayloads("a");
    }

    /** A query, in a heap from which every page has left since the one before. */
    private void ask(int item) {
        for (int i = 0; i < 40; i++) {
            memory.search(OTHER, List.of(request(i))); // pushes every page of the shard out of the heap
        }
        SearchRequest request = request(item);
        ColdNeed need = memory.cold().fetches().need(() -> {});
        SearchAnswer answer = memory.wake(KEY).search(request);
        while (!answer.needs().isEmpty()) {
            need.fetch(answer.needs());
            world.runAll();
            answer = memory.wake(KEY).search(request);
        }
        need.release();
        runSteps();
        for (int i = 0; i < 20; i++) {
            finishIo(); // a page that comes back may have to be fetched for it once more
        }
    }
}
