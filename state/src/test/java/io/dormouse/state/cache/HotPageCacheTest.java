// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HotPageCacheTest {
    private final List<Long> written = new ArrayList<>();
    private final List<Long> evicted = new ArrayList<>();
    private final BlockOwner owner = new BlockOwner() {
        @Override
        public void writeBack(CachedBlock block) {
            written.add(block.key());
        }

        @Override
        public void evicted(CachedBlock block) {
            assertThat(block.isDirty()).isFalse();
            evicted.add(block.key());
        }
    };
    private final HotPageCache cache = new HotPageCache(100, 30, 0);

    private CachedBlock add(long key, int bytes) {
        CachedBlock block = new CachedBlock(owner, key, "content");
        cache.add(block, bytes);
        return block;
    }

    @Test
    void nothingIsEvictedWithinTheLimit() {
        add(1, 50);
        add(2, 50);
        cache.trim();
        assertThat(cache.bytes()).isEqualTo(100);
        assertThat(evicted).isEmpty();
    }

    @Test
    void whatWasAddedFirstIsEvictedFirst() {
        for (int i = 1; i <= 5; i++) {
            add(i, 40);
        }
        cache.trim();
        assertThat(evicted).containsExactly(1L, 2L, 3L);
        assertThat(cache.bytes()).isEqualTo(80);
        assertThat(cache.blocks()).isEqualTo(2);
        assertThat(cache.evictions()).isEqualTo(3);
    }

    @Test
    void whatWasUsedLeastRecentlyIsEvictedFirst() {
        CachedBlock first = add(1, 40);
        add(2, 40);
        cache.trim();
        cache.touch(first);
        add(3, 40);
        cache.trim();
        assertThat(evicted).containsExactly(2L);
        add(4, 40);
        cache.trim();
        assertThat(evicted).containsExactly(2L, 1L);
    }

    @Test
    void allBlocksInUseAreNoReasonNotToEvict() {
        for (int i = 1; i <= 3; i++) {
            cache.touch(add(i, 40));
        }
        cache.trim();
        assertThat(evicted).containsExactly(1L);
    }

    @Test
    void aBlockLargerThanTheCacheDoesNotStay() {
        add(1, 101);
        cache.trim();
        assertThat(cache.bytes()).isZero();
        assertThat(cache.blocks()).isZero();
    }

    @Test
    void dirtyBlocksAreStoredBeforeTheyAreEvicted() {
        CachedBlock dirty = add(1, 60);
        add(2, 60);
        cache.markDirty(dirty, 5, 70);
        assertThat(cache.bytes()).isEqualTo(130);
        cache.trim();
        assertThat(written).containsExactly(1L);
        assertThat(evicted).containsExactly(1L);
        assertThat(cache.dirtyBytes()).isZero();
        assertThat(cache.writeBackOldest()).isFalse();
    }

    @Test
    void blocksAreStoredInTheOrderInWhichTheyFirstChanged() {
        CachedBlock one = add(1, 10);
        CachedBlock two = add(2, 10);
        CachedBlock three = add(3, 10);
        cache.markDirty(two, 20, 10);
        cache.markDirty(one, 10, 10);
        cache.markDirty(three, 1, 10);
        cache.markDirty(two, 1, 10);
        assertThat(cache.dirtyBytes()).isEqualTo(32);
        assertThat(cache.overDirtyLimit()).isTrue();
        cache.writeBackOldest();
        assertThat(cache.overDirtyLimit()).isFalse();
        cache.markDirty(two, 1, 10);
        cache.writeBackAll();
        assertThat(written).containsExactly(2L, 1L, 3L, 2L);
        assertThat(cache.dirtyBytes()).isZero();
    }

    @Test
    void aCleanBlockIsNotStored() {
        cache.writeBack(add(1, 10));
        assertThat(written).isEmpty();
    }

    @Test
    void aRemovedBlockIsNeitherStoredNorReported() {
        CachedBlock one = add(1, 10);
        CachedBlock two = add(2, 10);
        cache.markDirty(one, 5, 10);
        cache.markDirty(two, 5, 10);
        cache.remove(one);
        cache.writeBackAll();
        assertThat(written).containsExactly(2L);
        assertThat(evicted).isEmpty();
        assertThat(cache.bytes()).isEqualTo(10);
        assertThat(cache.contains(block -> block == one)).isFalse();
        assertThat(cache.contains(block -> block == two)).isTrue();
    }

    @Test
    void reservationsPushBlocksOut() {
        add(1, 40);
        add(2, 40);
        cache.reserve(50);
        assertThat(cache.overReserveLimit()).isFalse();
        cache.trim();
        assertThat(evicted).containsExactly(1L);
        cache.reserve(1);
        assertThat(cache.overReserveLimit()).isTrue();
        cache.reserve(-51);
        assertThat(cache.bytes()).isEqualTo(40);
    }

    @Test
    void reservationsBeyondTheLimitLeaveNoBlock() {
        add(1, 40);
        cache.reserve(1_000);
        cache.trim();
        assertThat(cache.blocks()).isZero();
        assertThat(cache.bytes()).isEqualTo(1_000);
        add(2, 40);
        assertThat(cache.blocks()).isEqualTo(1);
    }

    @Test
    void limitsOfZeroAreRefused() {
        assertThatThrownBy(() -> new HotPageCache(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memory.hot-bytes-max");
        assertThatThrownBy(() -> new HotPageCache(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aChangeOfNoBytesIsRefused() {
        CachedBlock block = add(1, 10);
        assertThatThrownBy(() -> cache.markDirty(block, 0, 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void usesWithinOneOperationCountOnce() {
        CachedBlock first = add(1, 40);
        CachedBlock second = add(2, 40);
        cache.trim();
        cache.touch(first);
        cache.touch(second);
        cache.touch(first);
        add(3, 40);
        cache.trim();
        assertThat(evicted).containsExactly(1L);
    }

    @Test
    void usesAreNotToldWhileAQuarterIsFree() {
        CachedBlock first = add(1, 30);
        add(2, 30);
        cache.trim();
        cache.touch(first);
        cache.trim();
        add(3, 60);
        cache.trim();
        assertThat(evicted).containsExactly(1L);
    }

    @Test
    void aPinnedBlockIsNeverEvicted() {
        CachedBlock pinned = add(1, 40);
        cache.setPinned(pinned, true);
        for (int i = 2; i < 100; i++) {
            add(i, 40);
            cache.trim();
            assertThat(cache.contains(block -> block == pinned)).isTrue();
            assertThat(cache.bytes()).isEqualTo(80);
        }
        cache.setPinned(pinned, false);
        add(100, 40);
        add(101, 40);
        cache.trim();
        assertThat(evicted).contains(1L);
    }

    @Test
    void manyBlocksThatChangedALittleAreTooMany() {
        HotPageCache roomy = new HotPageCache(1 << 20, 1 << 20, 0);
        List<CachedBlock> all = new ArrayList<>();
        for (int i = 0; i <= HotPageCache.DIRTY_BLOCKS_MAX; i++) {
            assertThat(roomy.overDirtyLimit()).isFalse();
            CachedBlock block = new CachedBlock(owner, i, i);
            roomy.add(block, 10);
            roomy.markDirty(block, 1, 10);
            roomy.markDirty(block, 1, 10);
            all.add(block);
        }
        assertThat(roomy.overDirtyLimit()).isTrue();
        assertThat(roomy.overDirtyLimit(2)).isFalse();
        roomy.writeBack(all.get(7));
        assertThat(roomy.overDirtyLimit()).isFalse();
        roomy.writeBack(all.get(7));
        roomy.remove(all.get(7));
        roomy.markDirty(all.get(8), 1, 10);
        assertThat(roomy.overDirtyLimit()).isFalse();
    }

    @Test
    void noMoreThanAQuarterIsPinnedByItself() {
        CachedBlock first = add(1, 20);
        CachedBlock second = add(2, 20);
        cache.pin(first);
        cache.pin(second);
        for (int i = 3; i < 20; i++) {
            add(i, 40);
            cache.trim();
        }
        assertThat(cache.contains(block -> block == first)).isTrue();
        assertThat(cache.contains(block -> block == second)).isFalse();
    }

    @Test
    void besidePinnedBlocksTheLeastRecentlyUsedLeaves() {
        cache.setPinned(add(1, 40), true);
        leastRecentlyUsedOfTwoLeaves();
    }

    @Test
    void besidePinnedBlocksThatGrewTheLeastRecentlyUsedLeaves() {
        CachedBlock pinned = add(1, 1);
        cache.setPinned(pinned, true);
        cache.markDirty(pinned, 1, 40);
        leastRecentlyUsedOfTwoLeaves();
    }

    private void leastRecentlyUsedOfTwoLeaves() {
        CachedBlock used = add(2, 30);
        add(3, 30);
        cache.trim();
        cache.touch(used);
        add(4, 30);
        cache.trim();
        assertThat(evicted).containsExactly(3L);
    }

    @Test
    void pinnedBlocksBeyondTheLimitStay() {
        for (int i = 1; i <= 4; i++) {
            cache.setPinned(add(i, 40), true);
        }
        add(5, 10);
        cache.trim();
        assertThat(evicted).containsExactly(5L);
        assertThat(cache.bytes()).isEqualTo(160);
    }

    @Test
    void aPinnedBlockCanChangeAndBeRemoved() {
        CachedBlock pinned = add(1, 40);
        cache.setPinned(pinned, true);
        cache.markDirty(pinned, 5, 60);
        assertThat(cache.bytes()).isEqualTo(60);
        cache.remove(pinned);
        assertThat(cache.bytes()).isZero();
        add(2, 50);
        add(3, 50);
        cache.trim();
        assertThat(evicted).isEmpty();
    }

    @Test
    void blocksThatGrowPushOutWhatWasUsedLeastRecently() {
        CachedBlock old = add(1, 30);
        CachedBlock older = add(2, 30);
        CachedBlock growing = add(3, 30);
        cache.trim();
        cache.touch(growing);
        cache.touch(old);
        cache.trim();
        cache.markDirty(growing, 5, 60);
        cache.trim();
        assertThat(evicted).containsExactly(older.key());
    }

    @Test
    void eachBlockCountsWhatEvictionHoldsForIt() {
        HotPageCache charged = new HotPageCache(1_000, 30);
        charged.add(new CachedBlock(owner, 1, "content"), 10);
        assertThat(charged.bytes()).isEqualTo(10 + HotPageCache.POLICY_BYTES);
    }

    @Test
    void theSumsHoldThroughARandomLife() {
        Random random = new Random(7);
        List<CachedBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            CachedBlock any = blocks.isEmpty() ? null : blocks.get(random.nextInt(blocks.size()));
            switch (any == null ? 0 : random.nextInt(8)) {
                case 0 -> blocks.add(add(i, 1 + random.nextInt(30)));
                case 1 -> cache.touch(any);
                case 2 -> cache.markDirty(any, 1 + random.nextInt(9), any.bytes + 1);
                case 3 -> cache.writeBackOldest();
                case 4 -> cache.setPinned(any, pinned(blocks) < 40 && random.nextBoolean());
                case 5 -> cache.setValue(any, new BlockValue(1 + random.nextInt(1_000), random.nextFloat()));
                case 6 -> {
                    cache.remove(any);
                    blocks.remove(any);
                }
                default -> {
                    cache.trim();
                    blocks.removeIf(block -> evicted.contains(block.key()));
                    evicted.clear();
                    assertThat(cache.bytes()).isLessThanOrEqualTo(Math.max(100, pinned(blocks)));
                }
            }
            assertThat(cache.blocks()).isEqualTo(blocks.size());
            assertThat(cache.bytes())
                    .isEqualTo(blocks.stream().mapToLong(block -> block.bytes).sum());
            assertThat(cache.dirtyBytes())
                    .isEqualTo(
                            blocks.stream().mapToLong(block -> block.dirtyBytes).sum());
        }
    }

    private static long pinned(List<CachedBlock> blocks) {
        return blocks.stream()
                .filter(block -> block.pinned)
                .mapToLong(block -> block.bytes)
                .sum();
    }
}
