// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.index.DirectoryScratch;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.ScanTimes;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.store.MapWarmStore;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardCostsTest {
    private static final int DIMENSION = 8;
    private static final int CLUSTERS = 40;
    private static final int ITEMS = 12_000;

    /** Every timed part of a query takes as long: so much a page. */
    private long nanos;

    private final StepQueue steps = new StepQueue();

    private static PageDescriptor page() {
        PageDirectory directory = new PageDirectory(
                new MapWarmStore(),
                new HotPageCache(1 << 20, 1 << 20),
                new LongObjectHashMap<>(),
                () -> {},
                new DirectoryScratch(Kernels.scalar()),
                DIMENSION);
        return directory.add(new float[DIMENSION]);
    }

    @Test
    void theShareOfAPageFollowsTheRecentQueries() {
        ShardCosts costs = new ShardCosts(new ScanTimes(DIMENSION));
        PageDescriptor page = page();
        for (int i = 0; i < 10 * ShardCosts.WINDOW_QUERIES; i++) {
            costs.begin();
            if (i % 4 == 0) {
                costs.scans(page);
            }
        }
        assertThat(costs.share(page)).isCloseTo(0.25, within(0.01));
        for (int i = 0; i < 6 * ShardCosts.WINDOW_QUERIES; i++) {
            costs.begin();
        }
        assertThat(costs.share(page)).isLessThan(0.01);
    }

    @Test
    void onlyOneQueryInManyIsTimed() {
        ShardCosts costs = new ShardCosts(new ScanTimes(DIMENSION));
        int timed = 0;
        for (int i = 0; i < ShardCosts.WINDOW_QUERIES; i++) {
            timed += costs.begin() ? 1 : 0;
        }
        assertThat(timed).isEqualTo(ShardCosts.WINDOW_QUERIES / 16);
    }

    @Test
    void pagesThatQueriesScanAreDividedAtABoundedRateAndTheOthersAreNot() {
        ShardMemory shard = filled();
        int hot = rowsScored(shard, 0);
        int cold = rowsScored(shard, CLUSTERS / 2);
        int pages = shard.pages();
        int queries = 12 * ShardCosts.QUERIES_PER_SPLIT;
        for (int i = 0; i < queries; i++) {
            rowsScored(shard, 0);
            runSteps();
            assertThat(shard.pages()).isLessThanOrEqualTo(pages + i / ShardCosts.QUERIES_PER_SPLIT + 1);
        }
        assertThat(shard.pages()).isGreaterThan(pages + 2);
        assertThat(rowsScored(shard, 0)).isLessThan(hot * 3 / 4);
        assertThat(rowsScored(shard, CLUSTERS / 2)).isGreaterThan(cold * 9 / 10);
        assertThat(shard.search(request(0, ITEMS, 1f)).hits()).hasSize(ITEMS);
        int before = 0;
        for (int round = 0; round < 8 && shard.pages() != before; round++) {
            before = shard.pages();
            for (int i = 0; i < queries; i++) {
                rowsScored(shard, 0);
                runSteps();
            }
        }
        assertThat(shard.pages()).as("it comes to rest").isEqualTo(before);
    }

    private static SearchRequest request(int cluster, int k, float recallTarget) {
        return new SearchRequest(TestShard.bytes(centre(cluster)), k, recallTarget, false, true);
    }

    /** Rows that a query for a cluster scores. */
    private static int rowsScored(ShardMemory shard, int cluster) {
        return shard.search(request(cluster, 3, 0.6f)).rowsScored();
    }

    private ShardMemory filled() {
        MapWarmStore store = new MapWarmStore();
        store.select(TestShard.KEY);
        HotPageCache cache = new HotPageCache(1 << 26, 1 << 26);
        MemoryLimits limits = new MemoryLimits(1 << 26, 1 << 26, 16_384, 16_384);
        SearchScratch scratch = new SearchScratch(Kernels.best(), new FixedShareProbes(), () -> nanos += 100_000);
        RecallSampler sampler = new RecallSampler(RecallSampling.OFF, steps, Kernels.best(), () -> 42L);
        ShardHead head = new ShardHead(
                NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.8f), limits.rawRowsPerPage(DIMENSION));
        ShardMemory shard = new ShardMemory(
                TestShard.KEY,
                HeadBundle.fresh(store, head, limits.headBytesMax()),
                limits,
                cache,
                new ChangedShards(),
                steps,
                scratch,
                sampler,
                new UpkeepTotals(),
                null,
                new Losses(),
                () -> 42L);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert(TestShard.item("i" + i, new ItemVersion(ItemVersion.NONE, 0, i)), TestShard.bytes(vector(i)));
            runSteps();
        }
        return shard;
    }

    private void runSteps() {
        while (steps.runNext()) {
            // each call takes one
        }
    }

    private static float[] centre(int cluster) {
        Random random = new Random(cluster);
        float[] centre = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            centre[i] = 5 * (float) random.nextGaussian();
        }
        return centre;
    }

    private static float[] vector(int item) {
        Random random = new Random(1_000 + item);
        float[] vector = centre(item % CLUSTERS);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] += (float) random.nextGaussian();
        }
        return vector;
    }
}
