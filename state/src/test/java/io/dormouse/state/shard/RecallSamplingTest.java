// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.MapWarmStore;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecallSamplingTest {
    private static final int DIMENSION = 12;
    private static final int ROWS = 3_000;
    private static final int K = 10;
    private static final RecallSampling ALWAYS = new RecallSampling(1, 5);
    private static final MemoryLimits LIMITS = new MemoryLimits(1 << 24, 1 << 20, 1024, 1024);
    private static final float[][] VECTORS =
            IntStream.range(0, ROWS).mapToObj(RecallSamplingTest::vector).toArray(float[][]::new);
    private static final TestShard FULL = full();

    /** Probes so many pages, whatever is asked for. */
    private record Probes(int most) implements ProbePlanner {
        @Override
        public int pagesToRank(int pages, float recallTarget, int k) {
            return recallTarget >= 1 ? pages : Math.min(pages, most);
        }
    }

    private record AllButOne() implements ProbePlanner {
        @Override
        public int pagesToRank(int pages, float recallTarget, int k) {
            return pages - 1;
        }
    }

    private static TestShard shard(ProbePlanner planner, RecallSampling sampling) {
        NamespaceSettings settings = NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f);
        return new TestShard(settings, new MapWarmStore(), LIMITS, planner, sampling);
    }

    /** A shard of {@link #ROWS} rows that has never been asked. */
    private static TestShard filled(ProbePlanner planner) {
        return FULL.restored(LIMITS, planner, ALWAYS);
    }

    private static TestShard full() {
        TestShard shard = shard(new Probes(1), RecallSampling.OFF);
        for (int i = 0; i < ROWS; i++) {
            shard.upsert("v" + i, vector(i));
        }
        shard.runAllSteps();
        shard.memory.flush();
        return shard;
    }

    private static float[] vector(int i) {
        return TestShard.vector(i, DIMENSION);
    }

    private static List<String> ask(TestShard shard, int query, float target) {
        ShardMemory awake = shard.awake();
        SearchAnswer answer =
                awake.search(new SearchRequest(TestShard.bytes(vector(1_000_000 + query)), K, target, false, true));
        shard.memory.settle(awake);
        return answer.hits().stream().map(hit -> hit.item().id()).toList();
    }

    /** Asks queries and lets their samples finish. */
    private static void ask(TestShard shard, int from, int to, float target) {
        for (int query = from; query < to; query++) {
            ask(shard, query, target);
            shard.runAllSteps();
        }
    }

    /** A query whose sample has begun, and what it found. */
    private record Begun(int query, List<String> found) {
        double recall() {
            return trueNearest(query).stream().filter(found::contains).count() / (double) K;
        }
    }

    /** Asks until a sample has begun, and leaves it at its beginning. */
    private static Begun askUntilSampled(TestShard shard) {
        for (int query = 0; ; query++) {
            List<String> found = ask(shard, query, 0.9f);
            if (shard.memory.hasSteps()) {
                return new Begun(query, found);
            }
        }
    }

    private static double recall(TestShard shard, int from, int to) {
        int found = 0;
        for (int query = from; query < to; query++) {
            List<String> answer = ask(shard, query, 0.9f);
            found += (int) trueNearest(query).stream().filter(answer::contains).count();
        }
        return found / (double) (K * (to - from));
    }

    private static List<String> trueNearest(int query) {
        float[] q = vector(1_000_000 + query);
        double[] distances = new double[ROWS];
        Arrays.setAll(distances, i -> squaredL2(q, VECTORS[i]));
        return IntStream.range(0, ROWS)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distances[i]))
                .limit(K)
                .map(i -> "v" + i)
                .toList();
    }

    private static double squaredL2(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    @Test
    void whatASampleFindsIsTheRecallOfItsAnswer() {
        for (int seed = 0; seed < 30; seed++) {
            TestShard shard = FULL.restored(LIMITS, new Probes(3), new RecallSampling(1, seed));
            double recall = askUntilSampled(shard).recall();
            shard.runAllSteps();
            assertThat(shard.memory.recall().live().mean()).isCloseTo(recall, offset(1e-9));
            assertThat(shard.awake().liveRecall().mean()).isCloseTo(recall, offset(1e-9));
        }
    }

    @Test
    void aBadPlannerIsNoticedAndRepaired() {
        TestShard shard = filled(new Probes(2));
        assertThat(recall(FULL.restored(LIMITS, new Probes(2), RecallSampling.OFF), 5_000, 5_100))
                .isLessThan(0.75);
        ask(shard, 0, 1_500, 0.9f);
        assertThat(shard.memory.recall().samples()).isGreaterThan(200);
        assertThat(recall(shard, 5_000, 5_200)).isBetween(0.87, 0.96);
        assertThat(shard.memory.recall().live().mean()).isBetween(0.85, 0.96);
    }

    @Test
    void whatNeedsNoProbingIsNotSampled() {
        TestShard whole = filled(new Probes(1_000_000));
        ask(whole, 0, 100, 0.9f);
        assertThat(whole.memory.recall().samples()).isZero();
        TestShard exact = filled(new Probes(3));
        ask(exact, 0, 100, 1f);
        assertThat(exact.memory.recall().samples()).isZero();
        assertThat(exact.memory.recall().probesMean()).isNaN();
    }

    @Test
    void withoutAShareOfTimeNothingIsSampled() {
        TestShard shard = shard(new Probes(1), RecallSampling.OFF);
        for (int i = 0; i < 300; i++) {
            shard.upsert("v" + i, vector(i));
        }
        shard.runAllSteps();
        ask(shard, 0, 50, 0.9f);
        assertThat(shard.memory.recall().samples()).isZero();
        assertThat(shard.memory.recall().live().mean()).isNaN();
    }

    @Test
    void rowsThatComeAndGoMeanwhileAreNoMisses() {
        TestShard shard = filled(new AllButOne());
        int sampled = 0;
        for (int round = 0; round < 20; round++) {
            List<String> found = askUntilSampled(shard).found();
            shard.memory.runStep();
            shard.delete(found.get(0));
            shard.delete(found.get(3));
            float[] nearer = vector(Integer.parseInt(found.get(1).substring(1)));
            for (int i = 0; i < K; i++) {
                shard.upsert("w" + round + "-" + i, nearer);
            }
            shard.runAllSteps();
            assertThat(shard.memory.recall().samples()).isEqualTo(++sampled);
            for (int i = 0; i < K; i++) {
                shard.delete("w" + round + "-" + i);
            }
            shard.upsert(found.get(0), vector(Integer.parseInt(found.get(0).substring(1))));
            shard.upsert(found.get(3), vector(Integer.parseInt(found.get(3).substring(1))));
            shard.runAllSteps();
        }
        assertThat(shard.memory.recall().live().mean()).isGreaterThan(0.99);
    }

    @Test
    void splitsMeanwhileHideNoNeighbour() {
        for (int seed = 0; seed < 12; seed++) {
            TestShard shard = FULL.restored(LIMITS, new Probes(3), new RecallSampling(1, seed));
            Begun begun = askUntilSampled(shard);
            long before = shard.awake().reorganisations();
            shard.memory.runStep();
            shard.memory.runStep();
            for (int i = 0; i < 600; i++) {
                shard.upsert("w" + i, vector(2_000_000 + i));
            }
            shard.runAllSteps();
            assertThat(shard.awake().reorganisations()).isGreaterThan(before + 10);
            assertThat(shard.memory.recall().live().mean()).isCloseTo(begun.recall(), offset(1e-9));
        }
    }

    @Test
    void samplingPushesNoPageOutOfTheCache() {
        MemoryLimits tight = new MemoryLimits(200_000, 1 << 16, 1024, 1024);
        TestShard shard = FULL.restored(tight, new Probes(2), ALWAYS);
        List<String> found = askUntilSampled(shard).found();
        long hot = shard.memory.cache().blocks();
        long evictions = shard.memory.cache().evictions();
        shard.runAllSteps();
        assertThat(found).hasSize(K);
        assertThat(shard.memory.recall().samples()).isOne();
        assertThat(shard.memory.recall().bytesRead()).isGreaterThan(60_000);
        assertThat(shard.memory.cache().blocks()).isLessThanOrEqualTo(hot + 2);
        assertThat(shard.memory.cache().evictions()).isEqualTo(evictions);
    }

    @Test
    void theSameQueriesAreSampledAgain() {
        TestShard one = filled(new Probes(3));
        TestShard other = filled(new Probes(3));
        for (int query = 0; query < 200; query++) {
            ask(one, query, query + 1, 0.9f);
            ask(other, query, query + 1, 0.9f);
            assertThat(one.memory.recall().samples())
                    .isEqualTo(other.memory.recall().samples());
        }
        assertThat(one.memory.recall().samples()).isBetween(30L, 100L);
    }

    @Test
    void calibrationIsRestoredWithTheShard() {
        TestShard shard = filled(new Probes(2));
        ask(shard, 0, 600, 0.9f);
        double live = shard.awake().liveRecall().mean();
        shard.memory.flush();
        TestShard restored = shard.restored(LIMITS, new Probes(2), RecallSampling.OFF);
        assertThat(restored.awake().liveRecall().mean()).isCloseTo(live, offset(1e-5));
        for (int query = 0; query < 50; query++) {
            assertThat(ask(restored, query, 0.9f)).isEqualTo(ask(shard, query, 0.9f));
        }
    }

    @Test
    void aDamagedCalibrationIsLearnedAnew() {
        TestShard shard = filled(new Probes(2));
        ask(shard, 0, 600, 0.9f);
        shard.memory.flush();
        for (int damage = 0; damage < 3; damage++) {
            MapWarmStore store = shard.store.copy();
            store.select(TestShard.KEY);
            byte[] stored = store.blocks().get(ShardProbes.KEY);
            store.putBlock(ShardProbes.KEY, damaged(stored, damage));
            TestShard restored = new TestShard(shard.awake().settings(), store, LIMITS, new Probes(2), ALWAYS);
            assertThat(restored.awake().liveRecall().mean()).isNaN();
            ask(restored, 0, 100, 0.9f);
            restored.memory.flush();
            store.select(TestShard.KEY);
            assertThat(store.blocks().get(ShardProbes.KEY)).isNotEqualTo(damaged(stored, damage));
        }
    }

    private static byte[] damaged(byte[] stored, int how) {
        byte[] damaged = stored.clone();
        if (how == 0) {
            damaged[100] ^= 1;
        } else if (how == 1) {
            return Arrays.copyOf(stored, stored.length / 2);
        } else {
            return Frame.seal(BlockKind.PROBES, Frame.body(40).put(new byte[40]));
        }
        return damaged;
    }

    @Test
    void aSampleOfAShardThatFallsAsleepIsGivenUp() {
        TestShard shard = filled(new Probes(3));
        askUntilSampled(shard);
        shard.memory.runStep();
        shard.memory.erase(TestShard.KEY);
        assertThat(shard.memory.runStep()).isTrue();
        assertThat(shard.memory.hasSteps()).isFalse();
        assertThat(shard.memory.recall().samples()).isZero();
        shard.upsert("v0", vector(0));
        assertThat(ask(shard, 0, 0.9f)).containsExactly("v0");
    }

    @Test
    void everyMetricAndCodeIsSampled() {
        for (Metric metric : new Metric[] {Metric.L2, Metric.INNER_PRODUCT, Metric.COSINE}) {
            for (Code code : new Code[] {Code.FLOAT32, Code.INT8, Code.RABITQ}) {
                NamespaceSettings settings = NamespaceSettings.of(DIMENSION, metric, code, 1, 0.9f);
                TestShard shard = new TestShard(settings, new MapWarmStore(), LIMITS, new FixedShareProbes(), ALWAYS);
                for (int i = 0; i < 1_500; i++) {
                    shard.upsert("v" + i, vector(i));
                }
                shard.runAllSteps();
                ask(shard, 0, 300, 0.9f);
                assertThat(shard.memory.recall().samples()).isGreaterThan(40);
                assertThat(shard.memory.recall().live().mean())
                        .as(metric + " " + code)
                        .isBetween(0.84, 0.99);
            }
        }
    }
}
