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
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HeadBundleTest {
    private static final int DIMENSION = 64;
    private static final int HEAD_BYTES = 1_000;
    private static final NamespaceSettings SETTINGS = NamespaceSettings.of(2, Metric.L2, Code.INT8, 1, 0.9f);
    private static final long HEAD = BlockKey.of(BlockKind.HEAD, 0);
    private static final long LIVE = BlockKey.of(BlockKind.LIVE, 0);
    private static final long CELL = BlockKey.of(BlockKind.CELL, 0);

    private final MapWarmStore store = new MapWarmStore();

    @BeforeEach
    void select() {
        store.select(TestShard.KEY);
    }

    private HeadBundle fresh() {
        return HeadBundle.fresh(store, new ShardHead(SETTINGS, 60), HEAD_BYTES);
    }

    private HeadBundle reread(HeadBundle bundle) {
        bundle.write();
        return HeadBundle.read(store, HEAD_BYTES);
    }

    private static byte[] block(int bytes) {
        ByteBuffer body = Frame.body(bytes);
        body.put(new byte[bytes - Frame.HEADER_BYTES]);
        return Frame.seal(BlockKind.LIVE, body);
    }

    /** A shard of a few items, as real ones are: pages of 64 KB and 16 KB that are nearly empty. */
    private TestShard shardOf(int items) {
        TestShard shard = new TestShard(
                NamespaceSettings.of(DIMENSION, Metric.L2, Code.INT8, 1, 0.9f),
                store,
                MemoryLimits.ofHotBytes(1 << 24));
        for (int i = 0; i < items; i++) {
            shard.upsert("i" + i, TestShard.vector(i, DIMENSION));
        }
        return shard;
    }

    @Test
    void wakingIsOneReadAndTheFirstAnswerOneMoreForEachItemReturned() {
        TestShard restored = shardOf(5).reopened();
        long before = restored.store.reads();
        restored.awake();
        assertThat(restored.store.reads() - before).isEqualTo(1);
        assertThat(restored.nearest(3, TestShard.vector(2, DIMENSION))).contains("i2");
        assertThat(restored.store.reads() - before).isEqualTo(1 + 3);
    }

    @ParameterizedTest
    @CsvSource({"20", "700"})
    void wakingALargerShardIsOneReadAsWell(int items) {
        TestShard restored = shardOf(items).reopened();
        long before = restored.store.reads();
        restored.awake();
        assertThat(restored.store.reads() - before).isEqualTo(1);
    }

    @Test
    void aNamespaceOfOneItemIsThreeEntries() {
        TestShard shard = shardOf(1);
        shard.memory.flush();
        assertThat(shard.store.entries()).isEqualTo(3);
        assertThat(shard.store.bytesPut()).isLessThan(2_000);
    }

    @Test
    void nothingIsReadOfANewShard() {
        TestShard shard = shardOf(1);
        assertThat(shard.store.reads()).as("its head alone was looked for").isEqualTo(1);
    }

    @Test
    void whatWasPutIsThereAfterAWriteAndWhatWasNotIsKnownToBeAbsent() {
        HeadBundle bundle = fresh();
        bundle.putBlock(LIVE, block(100));
        bundle.head().items = 7;
        HeadBundle read = reread(bundle);
        long reads = store.reads();
        assertThat(read.head().items).isEqualTo(7);
        assertThat(read.block(LIVE)).isEqualTo(block(100));
        assertThat(read.block(CELL)).isNull();
        assertThat(store.reads()).isEqualTo(reads);
        assertThat(store.entries()).isEqualTo(1);
    }

    @Test
    void anArrayThatIsHandedOutBelongsToTheReceiver() {
        HeadBundle bundle = fresh();
        bundle.putBlock(LIVE, block(100));
        bundle.block(LIVE)[50] = 1;
        assertThat(bundle.block(LIVE)).isEqualTo(block(100));
    }

    @Test
    void aBlockThatGrowsLeavesAndOneThatShrinksToHalfComesBack() {
        HeadBundle bundle = fresh();
        bundle.putBlock(LIVE, block(900));
        assertThat(bundle.isInHead(LIVE)).isTrue();
        bundle.putBlock(LIVE, block(1_100));
        assertThat(bundle.isInHead(LIVE)).isFalse();
        HeadBundle read = reread(bundle);
        assertThat(store.entries()).isEqualTo(2);
        assertThat(read.block(LIVE)).isEqualTo(block(1_100));
        read.putBlock(LIVE, block(900));
        assertThat(read.isInHead(LIVE)).as("it would soon leave again").isFalse();
        read.putBlock(LIVE, block(400));
        assertThat(read.isInHead(LIVE)).isTrue();
        assertThat(store.entries())
                .as("the old one stays until the head is written")
                .isEqualTo(2);
        assertThat(reread(read).block(LIVE)).isEqualTo(block(400));
        assertThat(store.entries()).isEqualTo(1);
    }

    @Test
    void blocksShareTheRoom() {
        HeadBundle bundle = fresh();
        bundle.putBlock(LIVE, block(900));
        bundle.putBlock(CELL, block(200));
        assertThat(bundle.isInHead(LIVE)).isTrue();
        assertThat(bundle.isInHead(CELL)).isFalse();
        bundle.removeBlock(LIVE);
        bundle.putBlock(CELL, block(200));
        HeadBundle read = reread(bundle);
        assertThat(read.block(LIVE)).isNull();
        assertThat(read.block(CELL)).isEqualTo(block(200));
        assertThat(store.entries()).isEqualTo(1);
    }

    @Test
    void aRemovedBlockIsGoneWhereverItLay() {
        HeadBundle bundle = fresh();
        bundle.putBlock(LIVE, block(2_000));
        bundle.putBlock(CELL, block(2_000));
        bundle.putBlock(CELL, block(100));
        bundle.removeBlock(LIVE);
        bundle.removeBlock(CELL);
        HeadBundle read = reread(bundle);
        assertThat(read.block(LIVE)).isNull();
        assertThat(read.block(CELL)).isNull();
        assertThat(store.entries()).isEqualTo(1);
    }

    /** Deltas may follow a page under its own key: only who has read them may store it whole. */
    @Test
    void ofOldStateSmallBlocksMoveWithTheNextWriteAndPagesStay() {
        long page = BlockKey.of(BlockKind.SCAN, 0);
        ByteBuffer body = Frame.body(200);
        new ShardHead(SETTINGS, 60).write(body);
        store.putBlock(HEAD, Frame.seal(BlockKind.HEAD, body));
        store.putBlock(LIVE, block(100));
        store.putBlock(page, block(100));
        HeadBundle old = HeadBundle.read(store, HEAD_BYTES);
        assertThat(old.block(LIVE)).isEqualTo(block(100));
        assertThat(old.block(page)).isEqualTo(block(100));
        assertThat(old.block(CELL)).isNull();
        assertThat(store.entries()).isEqualTo(3);
        HeadBundle read = reread(old);
        assertThat(store.blocks()).containsOnlyKeys(HEAD, page);
        assertThat(read.isInHead(LIVE)).isTrue();
        assertThat(read.isInHead(page)).isFalse();
        assertThat(read.block(page)).isEqualTo(block(100));
    }

    @Test
    void onlyTheFirstBlockOfAKindLiesHere() {
        HeadBundle bundle = fresh();
        bundle.putBlock(BlockKey.of(BlockKind.LIVE, 1), block(100));
        bundle.putBlock(BlockKey.of(BlockKind.SCAN, 0, 1), block(100));
        bundle.putBlock(BlockKey.of(BlockKind.ITEM, 0), block(100));
        assertThat(store.entries()).isEqualTo(3);
    }

    @Test
    void damageCostsTheBlockThatItHits() {
        HeadBundle bundle = fresh();
        bundle.putBlock(LIVE, block(100));
        bundle.putBlock(CELL, block(100));
        bundle.write();
        byte[] value = store.block(HEAD);
        value[value.length - 50] ^= 1;
        store.putBlock(HEAD, value);
        HeadBundle read = HeadBundle.read(store, HEAD_BYTES);
        assertThat(read.block(CELL)).isEqualTo(block(100));
        assertThatThrownBy(() -> Frame.open(BlockKind.LIVE, read.block(LIVE)))
                .isInstanceOf(CorruptBlockException.class);
    }

    @Test
    void aValueThatWasCutShortKeepsWhatIsLeft() {
        HeadBundle bundle = fresh();
        bundle.putBlock(CELL, block(100));
        bundle.putBlock(LIVE, block(100));
        bundle.write();
        byte[] value = store.block(HEAD);
        for (int missing = 1; missing <= 200; missing++) {
            store.putBlock(HEAD, Arrays.copyOf(value, value.length - missing));
            HeadBundle read = HeadBundle.read(store, HEAD_BYTES);
            assertThat(read.block(LIVE)).hasSize(Math.max(0, 100 - missing));
            assertThat(read.block(CELL)).hasSize(Math.min(100, 200 - missing));
        }
        store.putBlock(HEAD, Arrays.copyOf(value, value.length - 201));
        assertThatThrownBy(() -> HeadBundle.read(store, HEAD_BYTES)).isInstanceOf(CorruptBlockException.class);
    }

    enum Part {
        ROOT,
        CELL,
        CENTROIDS,
        LIVE,
        SCAN,
        RAW
    }

    /** As {@link DamageTest} has it for blocks under their own keys. */
    @ParameterizedTest
    @EnumSource
    void aShardGoesOnWhenAPartOfItsHeadIsDamaged(Part part) {
        TestShard shard = shardOf(5).reopened();
        shard.store.select(TestShard.KEY);
        HeadBundle whole = HeadBundle.read(shard.store, Integer.MAX_VALUE / 2);
        long key = BlockKey.of(BlockKind.valueOf(part.name()), 0);
        byte[] block = whole.block(key);
        block[block.length - 1] ^= 1;
        whole.putBlock(key, block);
        whole.write();
        SearchAnswer answer = shard.search(5, TestShard.vector(2, DIMENSION));
        assertThat(answer.hits()).hasSize(part == Part.SCAN ? 0 : 5);
        assertThat(answer.damagedPages() > 0).isEqualTo(part == Part.SCAN || part == Part.RAW);
        shard.upsert("new", TestShard.vector(9, DIMENSION));
        assertThat(shard.reopened().nearest(1, TestShard.vector(9, DIMENSION))).containsExactly("new");
    }

    @Test
    void aBlockOfAnUnknownKindIsRefused() {
        ByteBuffer body = Frame.body(200);
        new ShardHead(SETTINGS, 60).write(body);
        body.put((byte) 1).put((byte) 99).putInt(0);
        store.putBlock(HEAD, Frame.seal(BlockKind.HEAD_BUNDLE, body));
        assertThatThrownBy(() -> HeadBundle.read(store, HEAD_BYTES))
                .isInstanceOf(CorruptBlockException.class)
                .hasMessageContaining("kind 99")
                .hasMessageContaining("newer version");
    }
}
