// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageDirectoryTest {
    private static final int DIMENSION = 3;
    private static final int CELL_PAGES = 8;

    private final MapWarmStore store = new MapWarmStore();
    private HotPageCache cache;
    private PageDirectory directory;

    @BeforeEach
    void open() {
        store.select(new ShardKey("test", 0));
        directory = opened(0, 1 << 20);
    }

    private PageDirectory opened(int nextPage, long cacheBytes) {
        cache = new HotPageCache(cacheBytes, 1 << 20);
        LongObjectHashMap<CachedBlock> resident = new LongObjectHashMap<>();
        PageDirectory opened = new PageDirectory(
                store, cache, resident, () -> {}, new DirectoryScratch(Kernels.scalar()), DIMENSION, CELL_PAGES);
        opened.load(nextPage);
        return opened;
    }

    private PageDirectory reopened() {
        directory.flush();
        return opened(directory.nextPage(), 1 << 20);
    }

    /** Points of a plane, one for every page. */
    private static float[] centroid(int page) {
        Random random = new Random(page);
        return new float[] {random.nextInt(50), random.nextInt(50), page * 1e-3f};
    }

    private static float[] padded(float[] vector) {
        return Arrays.copyOf(vector, 16);
    }

    private static PageDescriptor nearest(PageDirectory in, int page) {
        return in.nearest(padded(centroid(page)));
    }

    private PageDescriptor add() {
        return directory.add(centroid(directory.nextPage()));
    }

    private static List<Integer> pages(PageDirectory in) {
        List<Integer> pages = new ArrayList<>();
        in.forEach(page -> pages.add(page.page()));
        pages.sort(null);
        return pages;
    }

    @Test
    void anEmptyDirectoryHasNoNearestPage() {
        assertThat(nearest(directory, 0)).isNull();
        assertThat(directory.nearest(padded(centroid(0)), 5)).isEmpty();
    }

    @Test
    void theNearestPageThatIsNotFaultedIsFound() {
        for (int i = 0; i < 100; i++) {
            add();
        }
        assertThat(nearest(directory, 7).page()).isEqualTo(7);
        directory.forEach(page -> {
            if (page.page() != 3) {
                page.setFaulted("damaged");
            }
        });
        assertThat(nearest(directory, 7).page()).isEqualTo(3);
        directory.forEach(page -> page.setFaulted("damaged"));
        assertThat(nearest(directory, 7)).isNull();
    }

    @Test
    void manyPagesAreInManyCellsOfBoundedSize() {
        for (int i = 0; i < 2_000; i++) {
            add();
        }
        assertThat(directory.cells()).isBetween(25, 200);
        for (int cell = 0; cell < directory.cells(); cell++) {
            assertThat(directory.pagesIn(cell)).isBetween(1, (int) (1.5 * Math.sqrt(2_000)));
        }
        assertThat(pages(directory)).hasSize(2_000).doesNotHaveDuplicates();
    }

    @Test
    void rankingOverCellsAgreesWithRankingAllPages() {
        for (int i = 0; i < 2_000; i++) {
            add();
        }
        PreparedQuery query = new PreparedQuery(Kernels.scalar(), DIMENSION);
        RankedPages ranked = new RankedPages();
        RankedPages all = new RankedPages();
        int agreed = 0;
        for (int q = 0; q < 100; q++) {
            float[] vector = centroid(5_000 + q);
            query.prepare(vector, DIMENSION, Metric.L2);
            directory.rank(query, 20, ranked);
            directory.rank(query, directory.size(), all);
            assertThat(all.size()).isEqualTo(2_000);
            assertThat(ranked.size()).isEqualTo(20);
            for (int i = 0; i < 20; i++) {
                agreed += all.distance(i) == ranked.distance(i) ? 1 : 0;
            }
        }
        assertThat(agreed).isGreaterThan(1_900);
    }

    @Test
    void theMostThatIsWantedIsRankedInOrder() {
        for (int i = 0; i < 300; i++) {
            add();
        }
        float[] vector = padded(centroid(77));
        PageDescriptor[] found = directory.nearest(vector, 300);
        assertThat(found).hasSize(300).doesNotHaveDuplicates();
        for (int i = 1; i < found.length; i++) {
            assertThat(directory.squaredDistance(found[i], vector))
                    .isGreaterThanOrEqualTo(directory.squaredDistance(found[i - 1], vector));
        }
    }

    @Test
    void aRemovedPageIsGone() {
        PageDescriptor first = add();
        PageDescriptor second = add();
        PageDescriptor third = add();
        directory.remove(first);
        assertThat(first.gone()).isTrue();
        assertThat(directory.size()).isEqualTo(2);
        assertThat(nearest(directory, 2)).isSameAs(third);
        assertThat(nearest(directory, 1)).isSameAs(second);
        assertThat(add().page()).isEqualTo(3);
    }

    @Test
    void nothingOfRemovedPagesStaysStored() {
        List<PageDescriptor> added = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            added.add(add());
        }
        directory.flush();
        added.forEach(directory::remove);
        directory.flush();
        assertThat(directory.cells()).isEqualTo(1);
        assertThat(store.blocks()).hasSize(2); // the root and one empty cell
        assertThat(reopened().size()).isZero();
    }

    @Test
    void whatDidNotChangeIsNotStoredAgain() {
        for (int i = 0; i < 50; i++) {
            add();
        }
        directory.flush();
        long before = store.bytesPut();
        directory.flush();
        assertThat(store.bytesPut()).isEqualTo(before);
        directory.at(0, 0).setRows(directory.at(0, 0).rows());
        directory.flush();
        assertThat(store.bytesPut()).isEqualTo(before);
        directory.at(0, 0).setRows(5);
        directory.flush();
        assertThat(store.bytesPut()).isGreaterThan(before);
    }

    @Test
    void wakingReadsTheRootAndALookUpOnlyTheCellsNearby() {
        for (int i = 0; i < 2_000; i++) {
            add();
        }
        directory.flush();
        long before = store.reads();
        directory = opened(2_000, 1 << 20);
        long waking = store.reads() - before;
        assertThat(waking).isLessThan(5);
        assertThat(directory.size()).isEqualTo(2_000);
        nearest(directory, 5);
        assertThat(store.reads() - before - waking).isLessThan(2L * directory.cells() / 3);
    }

    @Test
    void cellsLeaveTheHeapWhenItIsFullAndComeBack() {
        for (int i = 0; i < 1_000; i++) {
            add().setRows(i);
        }
        directory.flush();
        directory = opened(1_000, 20_000);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 1_000; i++) {
                PageDescriptor found = nearest(directory, i);
                assertThat(found.page()).isEqualTo(i);
                assertThat(found.rows()).isEqualTo(i + round);
                found.setRows(i + round + 1);
                cache.trim();
                assertThat(cache.bytes()).isLessThanOrEqualTo(20_000);
            }
        }
        assertThat(cache.evictions()).isGreaterThan(100);
        PageDescriptor held = nearest(directory, 1);
        for (int i = 0; i < 1_000; i++) {
            nearest(directory, i);
            cache.trim();
        }
        assertThat(held.gone()).isTrue();
    }

    @Test
    void aLostRootIsMadeAnewFromTheCells() {
        for (int i = 0; i < 300; i++) {
            add().setRows(i);
        }
        directory.flush();
        assertThat(store.blocks().remove(BlockKey.of(BlockKind.ROOT, 0))).isNotNull();
        PageDirectory mended = opened(300, 1 << 20);
        assertThat(pages(mended)).isEqualTo(pages(directory));
        for (int i = 0; i < 300; i++) {
            assertThat(nearest(mended, i).page()).isEqualTo(i);
        }
        directory = mended;
        assertThat(pages(reopened())).hasSize(300);
    }

    @Test
    void thePagesOfALostCellAreThoseThatNoOtherHas() {
        for (int i = 0; i < 300; i++) {
            add();
            store.putBlock(BlockKey.of(BlockKind.SCAN, i), new byte[1]);
        }
        directory.flush();
        store.blocks().remove(BlockKey.of(BlockKind.CELL, 0));
        PageDirectory mended = opened(300, 1 << 20);
        TreeSet<Integer> recovered = new TreeSet<>();
        mended.recoverWith(page -> {
            assertThat(page.rows()).isEqualTo(PageDescriptor.ROWS_UNKNOWN);
            recovered.add(page.page());
            page.setRows(1);
            mended.setCentroid(page, centroid(page.page()));
        });
        assertThat(pages(mended)).hasSize(300).doesNotHaveDuplicates();
        assertThat(recovered).isNotEmpty();
        for (int i = 0; i < 300; i++) {
            assertThat(nearest(mended, i).page()).isEqualTo(i);
        }
    }

    @Test
    void aRandomLifeIsStoredAndLoaded() {
        Random random = new Random(5);
        Map<Integer, Integer> rows = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            int what = random.nextInt(6);
            if (what == 0 && directory.size() > 0) {
                PageDescriptor gone = any(random);
                directory.remove(gone);
                rows.remove(gone.page());
            } else if (what == 1 && directory.size() > 0) {
                PageDescriptor moved = any(random);
                directory.setCentroid(moved, centroid(-moved.page()));
                directory.setCentroid(moved, centroid(moved.page()));
            } else {
                PageDescriptor added = add();
                added.setRows(i);
                rows.put(added.page(), i);
            }
            if (random.nextInt(100) == 0) {
                directory = reopened();
            }
            assertThat(directory.size()).isEqualTo(rows.size());
        }
        assertThat(directory.cells()).isGreaterThan(10);
        rows.forEach((page, count) -> {
            assertThat(nearest(directory, page).page()).isEqualTo(page);
            assertThat(nearest(directory, page).rows()).isEqualTo(count);
        });
    }

    private PageDescriptor any(Random random) {
        int cell;
        do {
            cell = random.nextInt(directory.cells());
        } while (directory.pagesIn(cell) == 0);
        return directory.at(cell, random.nextInt(directory.pagesIn(cell)));
    }
}
