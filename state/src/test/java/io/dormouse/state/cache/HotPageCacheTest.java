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
    private final HotPageCache cache = new HotPageCache(100, 30);

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
    void whatWasUsedHasASecondChanceAndOnlyOne() {
        CachedBlock first = add(1, 40);
        add(2, 40);
        add(3, 40);
        cache.touch(first);
        cache.trim();
        assertThat(evicted).containsExactly(2L);
        add(4, 40);
        cache.trim();
        assertThat(evicted).containsExactly(2L, 3L);
        add(5, 40);
        cache.trim();
        assertThat(evicted).containsExactly(2L, 3L, 1L);
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
    void theSumsHoldThroughARandomLife() {
        Random random = new Random(7);
        List<CachedBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            CachedBlock any = blocks.isEmpty() ? null : blocks.get(random.nextInt(blocks.size()));
            switch (any == null ? 0 : random.nextInt(6)) {
                case 0 -> blocks.add(add(i, 1 + random.nextInt(30)));
                case 1 -> cache.touch(any);
                case 2 -> cache.markDirty(any, 1 + random.nextInt(9), any.bytes + 1);
                case 3 -> cache.writeBackOldest();
                case 4 -> {
                    cache.remove(any);
                    blocks.remove(any);
                }
                default -> {
                    cache.trim();
                    blocks.removeIf(block -> evicted.contains(block.key()));
                    evicted.clear();
                    assertThat(cache.bytes()).isLessThanOrEqualTo(100);
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
}
