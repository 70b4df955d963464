// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scan pages that are damaged are made anew from the raw log, whatever goes on meanwhile. */
class ScanRepairTest {
    private static final int DIMENSION = 12;
    private static final int ITEMS = 300;
    private static final int LARGE_ITEMS = 2_000;

    /** Of many pages in several cells of the directory. */
    private static final TestShard LARGE = stored(Code.INT8, Metric.L2, LARGE_ITEMS);

    private static final MemoryLimits CRAMPED = new MemoryLimits(1 << 15, 1 << 14, 1024, 1024).withHeadBytes(0);
    private static final TestShard LARGE_RELATIVE = stored(Code.RABITQ, Metric.L2, LARGE_ITEMS);

    private static TestShard stored(Code code, Metric metric) {
        return stored(code, metric, ITEMS);
    }

    private static TestShard stored(Code code, Metric metric, int items) {
        TestShard shard = TestShard.spread(DIMENSION, metric, code);
        for (int i = 0; i < items; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        shard.runAllSteps();
        return reopened(shard);
    }

    private static TestShard reopened(TestShard shard) {
        return reopened(shard, shard.limits);
    }

    private static TestShard reopened(TestShard shard, MemoryLimits limits) {
        shard.memory.flush();
        TestShard reopened = shard.restored(limits);
        reopened.store.select(TestShard.KEY);
        reopened.store.blocks().replaceAll((key, block) -> block.clone());
        return reopened;
    }

    private static List<Long> blocks(TestShard shard, BlockKind kind) {
        shard.store.select(TestShard.KEY);
        return shard.store.blocks().keySet().stream()
                .filter(key -> key >>> 56 == kind.id() && (key & BlockKey.SEQUENCE_MAX) == 0)
                .sorted()
                .collect(Collectors.toList());
    }

    private static void damage(TestShard shard, long key) {
        shard.store.blocks().get(key)[70] ^= 1;
    }

    private static Set<String> ids(int from, int to) {
        Set<String> ids = new TreeSet<>();
        for (int i = from; i < to; i++) {
            ids.add("i" + i);
        }
        return ids;
    }

    private static Set<String> found(SearchAnswer answer) {
        Set<String> ids = new TreeSet<>();
        answer.hits().forEach(hit -> assertThat(ids.add(hit.item().id())).isTrue());
        return ids;
    }

    private static SearchAnswer all(TestShard shard) {
        return shard.search(2 * LARGE_ITEMS, TestShard.vector(7, DIMENSION));
    }

    /** Everything is found once, without reservation, and by an audit too; also by whoever reads what was stored. */
    private static void assertWhole(TestShard shard, Set<String> expected) {
        assertThat(all(shard).damagedPages()).isZero();
        assertThat(found(all(shard))).isEqualTo(expected);
        TestShard again = shard.reopened();
        assertThat(all(again).damagedPages()).isZero();
        assertThat(found(all(again))).isEqualTo(expected);
        List<String> faults = new ArrayList<>();
        again.awake().audit((item, vector) -> {}, faults::add);
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"INT8, L2", "FLOAT32, COSINE", "FLOAT16, INNER_PRODUCT", "RABITQ, L2", "RABITQ, COSINE", "PQ, L2"})
    void whatDamagedPagesHeldIsFoundAgain(Code code, Metric metric) throws Exception {
        TestShard shard = stored(code, metric);
        List<Long> pages = blocks(shard, BlockKind.SCAN);
        assertThat(pages).hasSizeGreaterThan(5);
        damage(shard, pages.get(0));
        shard.store.blocks().remove(pages.get(3));
        SearchAnswer lacking = all(shard);
        assertThat(lacking.damagedPages()).isEqualTo(2);
        assertThat(lacking.hits()).hasSizeLessThan(ITEMS);
        assertThat(shard.memory.losses().pages()).isEqualTo(2);
        shard.runAllSteps();
        assertThat(shard.memory.losses().pages()).isZero();
        assertThat(shard.memory.losses().takeFound()).hasSize(2);
        assertWhole(shard, ids(0, ITEMS));
        if (code.relative()) {
            StoredRows.assertEncodedAnew(shard);
        }
    }

    @Test
    void whatIsDamagedLaterIsMadeAnewToo() {
        TestShard shard = stored(Code.INT8, Metric.L2);
        long raw = blocks(shard, BlockKind.RAW).get(1);
        byte[] whole = shard.store.blocks().put(raw, new byte[9]);
        damage(shard, blocks(shard, BlockKind.SCAN).get(1));
        all(shard);
        shard.runAllSteps();
        TestShard next = reopened(shard);
        next.store.blocks().put(raw, whole);
        damage(next, blocks(next, BlockKind.SCAN).get(5));
        all(next);
        next.runAllSteps();
        assertWhole(next, ids(0, ITEMS));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3", "10", "25", "60"})
    void aRepairThatWasCutShortBeginsAgain(int steps) {
        TestShard shard = stored(Code.INT8, Metric.L2);
        damage(shard, blocks(shard, BlockKind.SCAN).get(2));
        all(shard);
        for (int i = 0; i < steps; i++) {
            shard.memory.runStep();
        }
        TestShard next = shard.reopened();
        all(next);
        next.runAllSteps();
        assertWhole(next, ids(0, ITEMS));
    }

    @ParameterizedTest
    @CsvSource({"INT8", "RABITQ"})
    void aRowThatIsLostInTheRawLogTooStaysLostAndThePageSaysSo(Code code) {
        TestShard shard = stored(code, Metric.L2);
        long scan = blocks(shard, BlockKind.SCAN).get(1);
        damage(shard, scan);
        long raw = blocks(shard, BlockKind.RAW).get(1);
        shard.store.blocks().put(raw, new byte[9]);
        Set<String> before = found(all(shard));
        shard.runAllSteps();
        SearchAnswer answer = all(shard);
        assertThat(answer.damagedPages()).isPositive();
        assertThat(found(answer)).containsAll(before);
        assertThat(shard.memory.losses().pages()).isEqualTo(2);
        shard.memory.flush();
        assertThat(blocks(shard, BlockKind.SCAN)).contains(scan);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(ITEMS + i, DIMENSION));
        }
        shard.runAllSteps();
        TestShard next = shard.reopened();
        all(next);
        next.runAllSteps();
        assertWhole(next, ids(0, ITEMS));
    }

    private static float[] near(int item, Random random) {
        float[] vector = TestShard.vector(item, DIMENSION);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] += 0.2f * (float) random.nextGaussian();
        }
        return vector;
    }

    /** Splits, merges, reassignments, compaction and a cramped heap go on between the steps of the repair. */
    @Property(tries = 100)
    void whateverIsWrittenMeanwhileEveryItemIsFoundOnce(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int damages, @ForAll boolean relative) {
        TestShard shard = reopened(relative ? LARGE_RELATIVE : LARGE, CRAMPED);
        Random random = new Random(seed);
        List<Long> pages = blocks(shard, BlockKind.SCAN);
        for (int i = 0; i < damages; i++) {
            shard.store.blocks().put(pages.remove(random.nextInt(pages.size())), new byte[random.nextInt(90)]);
        }
        all(shard);
        Set<String> expected = ids(0, LARGE_ITEMS);
        for (int round = 0; round < 120; round++) {
            int near = random.nextInt(LARGE_ITEMS);
            for (int i = random.nextInt(16); i > 0; i--) {
                String id = "i" + random.nextInt(2 * LARGE_ITEMS);
                if (random.nextInt(4) == 0) {
                    shard.delete(id);
                    expected.remove(id);
                } else {
                    shard.upsert(id, near(near, random)); // into few pages, which are divided at once
                    expected.add(id);
                }
            }
            shard.memory.runStep();
            if (random.nextInt(20) == 0) {
                shard.memory.flush();
            }
        }
        shard.runAllSteps();
        assertWhole(shard, expected);
    }
}
