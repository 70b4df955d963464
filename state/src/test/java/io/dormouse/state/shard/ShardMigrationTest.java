// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.MapWarmStore;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole shard as it was stored before small blocks lay with the head: read, and brought up to date when it changes. */
class ShardMigrationTest {
    private static final int DIMENSION = 6;
    private static final int ITEMS = 60;
    private static final int DELETED = 7;
    private static final long HEAD = BlockKey.of(BlockKind.HEAD, 0);

    private final MapWarmStore store = new MapWarmStore();
    private TestShard shard;

    @BeforeEach
    void readGolden() throws IOException {
        store.select(TestShard.KEY);
        try (DataInputStream in =
                new DataInputStream(ShardMigrationTest.class.getResourceAsStream("/golden/v3/shard.bin"))) {
            for (int n = in.readInt(); n > 0; n--) {
                store.putBlock(in.readLong(), in.readNBytes(in.readInt()));
            }
            for (int n = in.readInt(); n > 0; n--) {
                store.putIndexEntry(in.readUTF(), in.readNBytes(in.readInt()));
            }
            for (int n = in.readInt(); n > 0; n--) {
                store.putTombstone(in.readUTF(), in.readNBytes(in.readInt()));
            }
        }
        NamespaceSettings settings = NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f);
        shard = new TestShard(settings, store, new MemoryLimits(1 << 24, 1 << 20, 1024, 1024));
    }

    @Test
    void aStoredShardIsReadWholeAndNotWrittenForThat() {
        long before = store.bytesPut();
        assertHolds(shard, ITEMS - DELETED);
        shard.memory.flush();
        assertThat(store.bytesPut()).isEqualTo(before);
        assertThat(Frame.kindId(store.block(HEAD))).isEqualTo(BlockKind.HEAD.id());
    }

    @Test
    void theFirstChangeBringsItUpToDate() {
        assertThat(shard.awake().valueBytes()).isEqualTo((ITEMS - DELETED) * 4L * DIMENSION);
        shard.upsert("new", TestShard.vector(1_000, DIMENSION));
        TestShard restored = shard.reopened();
        restored.store.select(TestShard.KEY);
        assertThat(Frame.kindId(restored.store.block(HEAD))).isEqualTo(BlockKind.HEAD_BUNDLE.id());
        for (BlockKind moved : List.of(BlockKind.ROOT, BlockKind.CELL, BlockKind.LIVE, BlockKind.UPKEEP)) {
            assertThat(restored.store.blocks()).as(moved.name()).doesNotContainKey(BlockKey.of(moved, 0));
        }
        long before = restored.store.reads();
        restored.awake();
        assertThat(restored.store.reads() - before).isEqualTo(1);
        assertHolds(restored, ITEMS - DELETED + 1);
        assertThat(restored.deleteVersion("i0", 4)).isEqualTo(WriteOutcome.SUPERSEDED);
        restored.runAllSteps();
        assertHolds(restored.reopened(), ITEMS - DELETED + 1);
    }

    /** Items from before bytes were counted count as their vectors, in the head and when they leave it. */
    @Test
    void countedBytesGoDownToZeroWithTheItems() {
        shard.upsert("new", TestShard.vector(1_000, DIMENSION));
        shard.runAllSteps();
        TestShard restored = shard.reopened();
        List<String> ids = new ArrayList<>();
        restored.awake().forEach((item, vector) -> ids.add(item.id()));
        for (String id : ids) {
            restored.awake().delete(id, new ItemVersion(ItemVersion.NONE, 0, 1_000));
        }
        assertThat(restored.awake().items()).isZero();
        assertThat(restored.awake().valueBytes()).isZero();
    }

    private static void assertHolds(TestShard shard, int items) {
        List<String> faults = new ArrayList<>();
        List<String> found = new ArrayList<>();
        shard.awake().audit((item, vector) -> found.add(item.id()), faults::add);
        assertThat(faults).isEmpty();
        assertThat(found).hasSize(items).doesNotHaveDuplicates();
        assertThat(shard.search(2 * ITEMS, new float[DIMENSION]).hits()).hasSize(items);
    }
}
