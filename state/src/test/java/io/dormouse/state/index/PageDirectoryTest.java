// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageDirectoryTest {
    private static final int DIMENSION = 3;

    private final MapWarmStore store = new MapWarmStore();
    private PageDirectory directory;

    @BeforeEach
    void select() {
        store.select(new ShardKey("test", 0));
        directory = new PageDirectory(store, DIMENSION);
    }

    private static float[] centroid(int page) {
        return new float[] {page, 2 * page, -page};
    }

    private PageDescriptor nearest(PageDirectory in, int page) {
        return in.nearest(Kernels.scalar(), Arrays.copyOf(centroid(page), 16));
    }

    @Test
    void anEmptyDirectoryHasNoNearestPage() {
        assertThat(nearest(directory, 0)).isNull();
    }

    @Test
    void theNearestPageThatIsNotFaultedIsFound() {
        for (int i = 0; i < 10; i++) {
            directory.add(centroid(i));
        }
        assertThat(nearest(directory, 7).page()).isEqualTo(7);
        directory.at(7).setFaulted("damaged");
        assertThat(nearest(directory, 7).page()).isIn(6, 8);
        for (int i = 0; i < 10; i++) {
            directory.at(i).setFaulted("damaged");
        }
        assertThat(nearest(directory, 7)).isNull();
    }

    @Test
    void removingMovesTheLastPageIntoTheGap() {
        PageDescriptor first = directory.add(centroid(1));
        PageDescriptor second = directory.add(centroid(2));
        PageDescriptor third = directory.add(centroid(3));
        directory.remove(first);
        assertThat(first.removed()).isTrue();
        assertThat(directory.size()).isEqualTo(2);
        assertThat(directory.at(0)).isSameAs(third);
        assertThat(third.position()).isZero();
        assertThat(directory.at(1)).isSameAs(second);
        assertThat(nearest(directory, 3)).isSameAs(third);
        assertThat(directory.add(centroid(4)).page()).isEqualTo(3);
    }

    @Test
    void aMovedPageIsStoredWithItsOwnCentroid() {
        PageDescriptor first = directory.add(centroid(1));
        directory.add(centroid(2));
        directory.add(centroid(3));
        directory.remove(first);
        directory.flush();
        PageDirectory loaded = new PageDirectory(store, DIMENSION);
        loaded.load(directory.nextPage());
        assertThat(loaded.size()).isEqualTo(2);
        assertThat(nearest(loaded, 3).page()).isEqualTo(2);
        assertThat(nearest(loaded, 2).page()).isEqualTo(1);
        assertThat(loaded.nextPage()).isEqualTo(3);
    }

    @Test
    void nothingOfARemovedPageStaysStored() {
        PageDescriptor page = directory.add(centroid(1));
        directory.flush();
        assertThat(store.entries()).isEqualTo(2);
        directory.remove(page);
        directory.flush();
        assertThat(store.entries()).isZero();
    }

    @Test
    void whatDidNotChangeIsNotStoredAgain() {
        directory.add(centroid(1));
        directory.flush();
        long before = store.bytesPut();
        directory.flush();
        assertThat(store.bytesPut()).isEqualTo(before);
        directory.at(0).setRows(5);
        directory.flush();
        assertThat(store.bytesPut()).isGreaterThan(before);
    }

    @Test
    void aRandomLifeIsStoredAndLoaded() {
        Random random = new Random(5);
        List<Integer> pages = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            if (random.nextInt(3) == 0 && directory.size() > 0) {
                PageDescriptor gone = directory.at(random.nextInt(directory.size()));
                directory.remove(gone);
                pages.remove((Integer) gone.page());
            } else {
                PageDescriptor added = directory.add(centroid(directory.nextPage()));
                added.setRows(i);
                pages.add(added.page());
            }
            if (random.nextInt(10) == 0) {
                directory.flush();
                int nextPage = directory.nextPage();
                directory = new PageDirectory(store, DIMENSION);
                directory.load(nextPage);
            }
            assertThat(directory.size()).isEqualTo(pages.size());
        }
        pages.forEach(page -> assertThat(nearest(directory, page).page()).isEqualTo(page));
    }
}
