// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint may fall between any two steps of a split, its reassignments, and a merge. */
class StepwiseRestoreTest {
    private static final int DIMENSION = 12;
    private static final int ITEMS = 150;

    @ParameterizedTest
    @EnumSource
    void everyStepOfSplitsCanBeRestored(Code code) throws CorruptPageException {
        long reorganised = restoredAtEachStep(code, StepwiseRestoreTest::fill, ITEMS);
        assertThat(reorganised).isGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource
    void everyStepOfMergesCanBeRestored(Code code) throws CorruptPageException {
        TestShard before = TestShard.of(DIMENSION, Metric.L2, code);
        fill(before);
        before.runAllSteps();
        long splits = before.awake().reorganisations();
        long reorganised = restoredAtEachStep(
                code,
                shard -> {
                    fill(shard);
                    shard.runAllSteps();
                    for (int i = 0; i < ITEMS * 3 / 4; i++) {
                        shard.delete("i" + i);
                    }
                },
                ITEMS - ITEMS * 3 / 4);
        assertThat(reorganised).isGreaterThan(splits);
    }

    @ParameterizedTest
    @EnumSource
    void aCheckpointAfterEveryStepKeepsEveryRowOnce(Code code) throws CorruptPageException {
        TestShard shard = TestShard.of(DIMENSION, Metric.L2, code);
        fill(shard);
        boolean reassigned = false;
        do {
            shard.memory.flush();
            assertWhole(shard.restored(), ITEMS);
            shard.store.select(TestShard.KEY);
            reassigned |= shard.store.blocks().values().stream().anyMatch(StepwiseRestoreTest::isRemoval);
        } while (shard.memory.runStep());
        assertThat(reassigned).isTrue();
    }

    private static boolean isRemoval(byte[] block) {
        return Frame.isFrame(block) && block[4] == BlockKind.REMOVED.id();
    }

    /** The same life again and again, ended after one more step each time. */
    private static long restoredAtEachStep(Code code, Consumer<TestShard> life, int items) throws CorruptPageException {
        long reorganised = 0;
        boolean more = true;
        for (int end = 0; more; end++) {
            TestShard shard = TestShard.of(DIMENSION, Metric.L2, code);
            life.accept(shard);
            shard.memory.flush();
            for (int step = 0; step < end && more; step++) {
                more = shard.memory.runStep();
            }
            reorganised = shard.awake().reorganisations();
            assertWhole(shard.reopened(), items);
        }
        return reorganised;
    }

    private static void fill(TestShard shard) {
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
    }

    /** The items with the highest numbers are there, whole and findable; and the memory goes on working. */
    private static void assertWhole(TestShard restored, int items) throws CorruptPageException {
        StoredRows.assertEachInOnePage(restored);
        assertItems(restored, items);
        restored.runAllSteps();
        restored.upsert("i0", TestShard.vector(ITEMS, DIMENSION));
        restored.delete("i0");
        restored.runAllSteps();
        restored.memory.flush();
        StoredRows.assertEachInOnePage(restored);
    }

    private static void assertItems(TestShard restored, int items) throws CorruptPageException {
        TreeMap<String, float[]> expected = new TreeMap<>();
        for (int i = ITEMS - items; i < ITEMS; i++) {
            expected.put("i" + i, TestShard.vector(i, DIMENSION));
        }
        TreeMap<String, Integer> found = new TreeMap<>();
        restored.awake().forEach((item, vector) -> {
            assertThat(vector).isEqualTo(TestShard.bytes(expected.get(item.id())));
            found.merge(item.id(), 1, Integer::sum);
        });
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        assertThat(found.values()).containsOnly(1);
        expected.forEach((id, vector) -> assertThat(restored.nearest(1, vector)).containsExactly(id));
        assertThat(restored.search(ITEMS, new float[DIMENSION]).hits()).hasSize(items);
    }
}
