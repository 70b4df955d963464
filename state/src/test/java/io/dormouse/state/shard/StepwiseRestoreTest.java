// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint may fall between any two steps of a split, its reassignments, a merge or a compaction. */
class StepwiseRestoreTest {
    private static final int DIMENSION = 12;
    private static final int ITEMS = 180;
    private static final int STEPS_OF_A_DIVISION = 8;

    /** A shard and what it should hold. */
    private static final class Life {
        final TestShard shard;
        final Map<String, float[]> expected = new TreeMap<>();

        Life(TestShard shard, Map<String, float[]> expected) {
            this.shard = shard;
            this.expected.putAll(expected);
        }

        Life(Code code) {
            this(TestShard.of(DIMENSION, Metric.L2, code), Map.of());
        }

        void upsert(int id, int vector) {
            float[] values = TestShard.vector(vector, DIMENSION);
            shard.upsert("i" + id, values);
            expected.put("i" + id, values);
        }

        void delete(int id) {
            shard.delete("i" + id);
            expected.remove("i" + id);
        }

        void fill() {
            for (int i = 0; i < ITEMS; i++) {
                upsert(i, i);
            }
        }

        /** Stores everything; a memory that starts from there. */
        Life restored() {
            shard.memory.flush();
            return new Life(shard.restored(), expected);
        }
    }

    /** Something that happens between two steps. */
    private interface Between {
        void happens(Life life, int step);
    }

    private static final Between NOTHING = (life, step) -> {};

    /** New items, replacements and deletes, wherever they fall. */
    private static final Between WRITES = (life, step) -> {
        Random random = new Random(step);
        if (step < 300) {
            life.upsert(random.nextInt(2 * ITEMS), 1_000 + step);
            life.delete(random.nextInt(2 * ITEMS));
        }
    };

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void everyStepOfSplitsCanBeRestored(Code code) throws Exception {
        Life life = new Life(code);
        life.fill();
        assertThat(checkpointAfterEveryStep(life, NOTHING))
                .contains("dividing", "draining", "about to reassign", "reassigning");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void everyStepOfMergesCanBeRestored(Code code) throws Exception {
        Life life = new Life(code);
        life.fill();
        life.shard.runAllSteps();
        int pages = life.shard.awake().pages();
        for (int i = 0; i < ITEMS; i++) {
            if (i % 10 != 0) {
                life.delete(i);
            }
        }
        assertThat(checkpointAfterEveryStep(life, NOTHING)).contains("merging", "compacting");
        assertThat(life.shard.awake().pages()).isLessThan(pages);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void everyStepOfACompactionCanBeRestored(Code code) throws Exception {
        Life life = new Life(code);
        life.fill();
        life.shard.runAllSteps();
        for (int i = 0; i < ITEMS; i += 2) {
            life.delete(i);
        }
        assertThat(checkpointAfterEveryStep(life, NOTHING)).contains("compacting");
        assertThat(StoredRows.rawPages(life.shard)).isLessThan(ITEMS * 3 / 4 / rawRows(life) + 2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void writesBetweenTheStepsAreKept(Code code) throws Exception {
        Life life = new Life(code);
        life.fill();
        assertThat(checkpointAfterEveryStep(life, WRITES))
                .contains("dividing", "draining", "about to reassign", "reassigning", "compacting");
    }

    /** A division begins again after a failure, so a few steps must come through; everything else goes on. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BINARY")
    void aShardThatFailsAgainAndAgainGetsItsWorkDone(Code code) throws Exception {
        Life life = new Life(code);
        life.fill();
        boolean ran = true;
        for (int failures = 0; ran; failures++) {
            life = life.restored();
            life.shard.awake();
            for (int step = 0; step < STEPS_OF_A_DIVISION; step++) {
                ran = life.shard.memory.runStep();
            }
            assertThat(failures).isLessThan(1_000);
        }
        finish(life);
    }

    private static int rawRows(Life life) {
        return life.shard.limits.rawRowsPerPage(DIMENSION);
    }

    /** Restores a copy after every step and has it finish the work; returns what the checkpoints fell into. */
    private static Set<String> checkpointAfterEveryStep(Life life, Between between) throws Exception {
        Set<String> seen = new TreeSet<>();
        int step = 0;
        do {
            Life restored = life.restored();
            seen.addAll(OutstandingWork.of(restored.shard, DIMENSION));
            assertThat(outstanding(restored)).isEqualTo(outstanding(life));
            assertWhole(restored);
            between.happens(restored, step + 1_000_000);
            finish(restored);
            between.happens(life, step++);
        } while (life.shard.memory.runStep());
        finish(life);
        return seen;
    }

    private static long outstanding(Life life) {
        life.shard.memory.settle(life.shard.awake());
        return life.shard.memory.upkeep().get(UpkeepFigure.OUTSTANDING);
    }

    private static void finish(Life life) throws Exception {
        life.shard.awake();
        life.shard.runAllSteps();
        life.shard.memory.flush();
        assertThat(OutstandingWork.of(life.shard, DIMENSION)).isEmpty();
        assertThat(StoredRows.fullest(life.shard)).isLessThan(0.95);
        assertWhole(life);
    }

    /** Every item is there once, whole and findable, and no other. */
    private static void assertWhole(Life life) throws Exception {
        StoredRows.assertEachInOnePage(life.shard);
        List<String> found = new ArrayList<>();
        life.shard.awake().forEach((item, vector) -> {
            assertThat(vector).isEqualTo(TestShard.bytes(life.expected.get(item.id())));
            found.add(item.id());
        });
        assertThat(found).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(life.expected.keySet());
        Map.Entry<String, float[]> any = life.expected.entrySet().iterator().next();
        assertThat(life.shard.nearest(1, any.getValue())).containsExactly(any.getKey());
        assertThat(life.shard.nearest(3 * ITEMS, new float[DIMENSION]))
                .containsExactlyInAnyOrderElementsOf(life.expected.keySet());
    }
}
