// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.MapWarmStore;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every stored block is damaged once, in every way: the memory answers, says so, and goes on. */
class DamageTest {
    private static final int DIMENSION = 12;
    private static final int ITEMS = 120;
    private static final int KIND_SHIFT = 56;

    enum Damage {
        FLIPPED {
            @Override
            void to(Map<Long, byte[]> blocks, long key) {
                blocks.get(key)[blocks.get(key).length / 2] ^= 4;
            }
        },
        TRUNCATED {
            @Override
            void to(Map<Long, byte[]> blocks, long key) {
                blocks.put(key, Arrays.copyOf(blocks.get(key), blocks.get(key).length - 1));
            }
        },
        EMPTIED {
            @Override
            void to(Map<Long, byte[]> blocks, long key) {
                blocks.put(key, new byte[0]);
            }
        },
        LOST {
            @Override
            void to(Map<Long, byte[]> blocks, long key) {
                blocks.remove(key);
            }
        };

        abstract void to(Map<Long, byte[]> blocks, long key);
    }

    private static final TestShard WHOLE = whole();

    /** A stored shard whose arrays are its own, so they can be damaged. */
    private static TestShard stored() {
        TestShard stored = WHOLE.restored();
        stored.store.select(TestShard.KEY);
        stored.store.blocks().replaceAll((key, block) -> block.clone());
        return stored;
    }

    /** A shard with deltas of every kind. */
    private static TestShard whole() {
        TestShard shard = TestShard.spread(DIMENSION, Metric.L2, Code.INT8);
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
            while (i % 7 == 0 && shard.memory.runStep()) {
                shard.memory.flush();
            }
            if (i % 7 == 0) {
                shard.memory.flush();
            }
        }
        shard.memory.flush();
        return shard;
    }

    private static BlockKind kindOf(long key) {
        return Arrays.stream(BlockKind.values())
                .filter(kind -> kind.id() == key >>> KIND_SHIFT)
                .findFirst()
                .orElseThrow();
    }

    private static Set<Long> keys() {
        WHOLE.store.select(TestShard.KEY);
        return new TreeSet<>(WHOLE.store.blocks().keySet());
    }

    private static Set<String> found(SearchAnswer answer) {
        Set<String> ids = new HashSet<>();
        answer.hits().forEach(hit -> assertThat(ids.add(hit.item().id())).isTrue());
        return ids;
    }

    @Test
    void theShardThatIsDamagedHoldsEveryKindOfBlock() {
        Set<BlockKind> kinds = EnumSet.noneOf(BlockKind.class);
        Set<BlockKind> deltas = EnumSet.noneOf(BlockKind.class);
        for (long key : keys()) {
            boolean removal = kindOf(key) == BlockKind.SCAN && Frame.isFrame(WHOLE.store.block(key));
            boolean delta = (key & BlockKey.SEQUENCE_MAX) > 0;
            (delta ? deltas : kinds).add(removal ? BlockKind.REMOVED : kindOf(key));
        }
        assertThat(kinds)
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(
                        BlockKind.REMOVED,
                        BlockKind.INDEX,
                        BlockKind.DESCRIPTOR,
                        BlockKind.CENTROID,
                        BlockKind.PROBES,
                        BlockKind.COLD,
                        BlockKind.SEGMENTS,
                        BlockKind.WARM,
                        BlockKind.TIERS,
                        BlockKind.SEGMENT_NAMES,
                        BlockKind.UNCOUNTED_BUNDLE,
                        BlockKind.HEAD_BUNDLE)));
        assertThat(deltas).containsExactlyInAnyOrder(BlockKind.SCAN, BlockKind.RAW, BlockKind.REMOVED);
    }

    @ParameterizedTest
    @EnumSource
    void noDamagedBlockStopsTheMemory(Damage damage) {
        for (long key : keys()) {
            if (kindOf(key) != BlockKind.HEAD) {
                assertGoesOn(damage, key);
            }
        }
    }

    private static void assertGoesOn(Damage damage, long key) {
        TestShard shard = stored();
        damage.to(shard.store.blocks(), key);
        String what = damage + " " + kindOf(key) + " " + Long.toHexString(key);
        SearchAnswer answer = shard.search(ITEMS, new float[DIMENSION]);
        Set<String> kept = found(answer);
        switch (kindOf(key)) {
            case SCAN, ITEM -> {
                assertThat(answer.damagedPages()).as(what).isPositive();
                assertThat(kept).as(what).hasSizeBetween(ITEMS / 2, ITEMS - 1);
            }
            case RAW -> {
                assertThat(answer.damagedPages()).as(what).isPositive();
                assertThat(kept).as(what).hasSize(ITEMS);
            }
            default -> {
                assertThat(answer.damagedPages()).as(what).isZero();
                assertThat(kept).as(what).hasSize(ITEMS);
            }
        }
        Set<String> all = new HashSet<>(found(WHOLE.search(ITEMS, new float[DIMENSION])));
        writeOn(shard, kept);
        writeOn(all);
        assertGoesOn(shard, kept, all, what);
        assertGoesOn(shard.reopened(), kept, all, what);
        if (kindOf(key) == BlockKind.SCAN) {
            assertThat(found(shard.search(2 * ITEMS, new float[DIMENSION])))
                    .as(what + " is made anew")
                    .isEqualTo(all);
        }
    }

    /** What was found before is found; a row that was lost comes back from the raw log. */
    private static void assertGoesOn(TestShard shard, Set<String> kept, Set<String> all, String what) {
        Set<String> found = found(shard.search(2 * ITEMS, new float[DIMENSION]));
        assertThat(found).as(what).containsAll(kept);
        assertThat(all).as(what).containsAll(found);
    }

    /** New items, replaced ones (lost ones among them) and deleted ones. */
    private static void writeOn(TestShard shard, Set<String> expected) {
        for (int i = 0; i < ITEMS / 2; i++) {
            assertThat(shard.upsert(written(i), TestShard.vector(ITEMS + i, DIMENSION)))
                    .isEqualTo(WriteOutcome.APPLIED);
            shard.memory.runStep();
        }
        for (int i = ITEMS / 2; i < ITEMS * 3 / 4; i++) {
            assertThat(shard.delete("i" + i)).isEqualTo(WriteOutcome.APPLIED);
            shard.memory.runStep();
        }
        shard.runAllSteps();
        writeOn(expected);
    }

    private static String written(int i) {
        return "i" + (i % 2 == 0 ? i : ITEMS + i);
    }

    private static void writeOn(Set<String> expected) {
        for (int i = 0; i < ITEMS / 2; i++) {
            expected.add(written(i));
        }
        for (int i = ITEMS / 2; i < ITEMS * 3 / 4; i++) {
            expected.remove("i" + i);
        }
    }

    @Test
    void aDamagedPageDoesNotSpoilItsNeighboursAndIsMadeAnew() {
        TestShard shard = stored();
        long page = keys().stream()
                .filter(key -> kindOf(key) == BlockKind.SCAN)
                .findFirst()
                .orElseThrow();
        shard.store.blocks().remove(page);
        Set<String> before = found(shard.search(ITEMS, new float[DIMENSION]));
        for (int i = 0; i < 3 * ITEMS; i++) {
            shard.upsert("n" + i, TestShard.vector(1_000 + i, DIMENSION));
            before.add("n" + i);
            shard.memory.runStep();
        }
        shard.runAllSteps();
        before.addAll(found(WHOLE.search(ITEMS, new float[DIMENSION])));
        assertThat(shard.search(10, new float[DIMENSION]).damagedPages()).isZero();
        assertThat(found(shard.search(5 * ITEMS, new float[DIMENSION]))).isEqualTo(before);
    }

    /** Found only by reassigning rows to it: the page was not touched since the shard woke. */
    @Test
    void maintenanceThatMeetsADamagedPageFaultsThatPageOnly() {
        for (long key : keys()) {
            if (kindOf(key) == BlockKind.SCAN && (key & BlockKey.SEQUENCE_MAX) == 0) {
                TestShard shard = stored();
                shard.store.blocks().get(key)[70] ^= 1;
                for (int i = 0; i < ITEMS; i++) {
                    shard.delete("i" + i);
                    shard.upsert("n" + i, TestShard.vector(2_000 + i, DIMENSION));
                }
                shard.runAllSteps();
                assertThat(shard.search(ITEMS, new float[DIMENSION]).damagedPages())
                        .isZero();
                assertThat(found(shard.search(ITEMS, new float[DIMENSION]))).hasSize(ITEMS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aDamagedIndexEntryIsFoundAgainFromTheItems(boolean deleted) {
        TestShard shard = stored();
        MapWarmStore store = shard.store;
        byte[] entry = store.indexEntry("i7").clone();
        entry[20] ^= 1;
        store.putIndexEntry("i7", entry);
        WriteOutcome outcome = deleted ? shard.delete("i7") : shard.upsert("i7", new float[DIMENSION]);
        assertThat(outcome).isEqualTo(WriteOutcome.APPLIED);
        assertThat(shard.awake().items()).isEqualTo(deleted ? ITEMS - 1 : ITEMS);
        Set<String> found = found(shard.search(2 * ITEMS, TestShard.vector(7, DIMENSION)));
        assertThat(found).hasSize(deleted ? ITEMS - 1 : ITEMS);
        assertThat(found.contains("i7")).isEqualTo(!deleted);
        assertThat(found(shard.reopened().search(2 * ITEMS, new float[DIMENSION])))
                .isEqualTo(found);
    }

    @Test
    void aDamagedIndexEntryWhoseItemIsDamagedTooIsForgotten() {
        TestShard shard = stored();
        long row = IndexEntry.read(shard.store.indexEntry("i7")).row();
        shard.store.putIndexEntry("i7", new byte[5]);
        shard.store.blocks().put(BlockKey.of(BlockKind.ITEM, row), new byte[5]);
        assertThat(shard.delete("i7")).isEqualTo(WriteOutcome.NOT_FOUND);
        assertThat(shard.store.indexEntry("i7")).isNull();
        assertThat(found(shard.search(2 * ITEMS, new float[DIMENSION]))).hasSize(ITEMS - 1);
    }

    @Test
    void aDamagedTombstoneCountsAsNone() {
        TestShard shard = stored();
        shard.upsertVersion("i7", 5, TestShard.vector(7, DIMENSION));
        shard.deleteVersion("i7", 6);
        shard.store.putTombstone("i7", new byte[5]);
        assertThat(shard.upsertVersion("i7", 4, TestShard.vector(7, DIMENSION))).isEqualTo(WriteOutcome.APPLIED);
    }

    @Test
    void whatIsLostOfARawPageIsLostNoLongerWhenItsItemsWereWrittenAgain() {
        TestShard shard = stored();
        long page = keys().stream()
                .filter(key -> kindOf(key) == BlockKind.RAW && (key & BlockKey.SEQUENCE_MAX) == 0)
                .findFirst()
                .orElseThrow();
        shard.store.blocks().put(page, new byte[5]);
        shard.search(ITEMS, new float[DIMENSION]);
        assertThat(shard.memory.losses().pages()).isOne();
        for (int i = 0; i < ITEMS; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        assertThat(shard.memory.losses().pages()).isZero();
        assertThat(shard.memory.losses().items()).isZero();
        assertThat(shard.memory.losses().takeFound()).hasSize(1);
        assertThat(shard.search(ITEMS, new float[DIMENSION]).damagedPages()).isZero();
    }

    @Test
    void anExportNamesTheItemThatIsDamaged() {
        TestShard shard = stored();
        long row = IndexEntry.read(shard.store.indexEntry("i7")).row();
        shard.store.blocks().put(BlockKey.of(BlockKind.ITEM, row), new byte[5]);
        assertThatThrownBy(() -> shard.awake().forEach((item, vector) -> {}))
                .isInstanceOf(CorruptBlockException.class)
                .hasMessageContaining("'i7'");
    }

    @Test
    void aDamagedHeadIsRefused() {
        TestShard shard = stored();
        shard.store.blocks().put(BlockKey.of(BlockKind.HEAD, 0), new byte[5]);
        assertThatThrownBy(shard::awake)
                .isInstanceOf(DamagedShardException.class)
                .hasMessageContaining("HEAD");
        assertThat(shard.memory.wakeSound(TestShard.KEY)).isNull();
    }

    /** Else the next record would build a new shard among what is left of the old one. */
}
