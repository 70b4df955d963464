// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.DirectoryScratch;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.kernel.RelativeEncoder;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Reads the scan pages of a stored shard as a restore would, to see which rows lie where. */
final class StoredRows {
    private StoredRows() {}

    /** The directory and scan pages of a shard as they are stored. */
    private record Stored(
            HeadBundle store, ShardHead head, ShardPages pages, PageDirectory index, List<PageDescriptor> directory) {
        static Stored of(TestShard shard) {
            shard.store.select(TestShard.KEY);
            HeadBundle store = HeadBundle.read(shard.store, 0);
            ShardHead head = store.head();
            HotPageCache cache = new HotPageCache(1 << 24, 1 << 24);
            LongObjectHashMap<CachedBlock> resident = new LongObjectHashMap<>();
            PageDirectory directory = new PageDirectory(
                    store, cache, resident, () -> {}, new DirectoryScratch(Kernels.best()), head.settings.dimension());
            directory.load(head.nextPage);
            ShardPages pages = new ShardPages(
                    store,
                    cache,
                    head.settings,
                    shard.limits.scanPageBytesMax(),
                    head.rawRowsPerPage,
                    resident,
                    () -> {},
                    0,
                    shard.limits.profile(),
                    TestShard.noCold(store, cache),
                    TestShard.noLosses(),
                    directory,
                    Kernels.best());
            List<PageDescriptor> all = new ArrayList<>();
            directory.forEach(all::add);
            return new Stored(store, head, pages, directory, all);
        }

        PageDescriptor nearest(float[] vector) {
            return directory.stream()
                    .min(Comparator.comparingDouble(page -> index.squaredDistance(page, vector)))
                    .orElseThrow();
        }

        boolean holdsRaw(long row) {
            try {
                return pages.rawOf(row).count() > 0;
            } catch (CorruptPageException | ColdBlockException e) {
                return false;
            }
        }
    }

    /**
     * Asserts that every row of a relative code whose exact vector is still there is what that vector gives against the
     * centroid of its page now.
     */
    static void assertEncodedAnew(TestShard shard) throws Exception {
        Stored stored = Stored.of(shard);
        NamespaceSettings settings = stored.head.settings;
        RelativeEncoder encoder = new RelativeEncoder(settings.code(), settings.dimension(), Kernels.best());
        float[] vector = new float[settings.dimension()];
        for (PageDescriptor descriptor : stored.directory) {
            PageBuffer buffer = stored.pages.scan(descriptor);
            stored.index.centroid(descriptor, vector);
            encoder.centre(vector);
            for (int i = 0; i < buffer.page.count(); i++) {
                if (!stored.holdsRaw(buffer.page.row(i))) {
                    continue;
                }
                stored.pages.vector(buffer, i, vector);
                encoder.encode(vector);
                VectorPage alone = VectorPage.allocate(
                        PageKind.SCAN, settings.code(), settings.dimension(), buffer.page.rowsMax());
                alone.append(buffer.page.row(i), encoder);
                assertThat(Arrays.equals(buffer.page.writeRows(i, i + 1, 0), alone.write(0)))
                        .as("row %d of page %d is encoded against its centroid", buffer.page.row(i), descriptor.page())
                        .isTrue();
            }
        }
    }

    /** Rows of the fullest stored scan page as a share of what it may hold. */
    static double fullest(TestShard shard) {
        Stored stored = Stored.of(shard);
        int rows =
                stored.directory.stream().mapToInt(PageDescriptor::rows).max().orElse(0);
        return (double) rows / stored.pages.scanRowsMax();
    }

    /** Share of the live rows that lie in the page whose centroid is nearest to them. */
    static double inNearestPage(TestShard shard) throws Exception {
        Stored stored = Stored.of(shard);
        LiveRows live = new LiveRows(stored.store, stored.head.nextRow);
        int dimension = stored.head.settings.dimension();
        float[] vector = SearchScratch.room(new float[0], dimension);
        int rows = 0;
        int near = 0;
        for (PageDescriptor descriptor : stored.directory) {
            PageBuffer buffer = stored.pages.scan(descriptor);
            for (int i = 0; i < buffer.page.count(); i++) {
                if (live.accepts(buffer.page.row(i))) {
                    stored.pages.vector(buffer, i, vector);
                    rows++;
                    near += stored.nearest(vector) == descriptor ? 1 : 0;
                }
            }
        }
        return (double) near / rows;
    }

    /** Dead rows that scan pages still hold. */
    static int dead(TestShard shard) throws Exception {
        Stored stored = Stored.of(shard);
        LiveRows live = new LiveRows(stored.store, stored.head.nextRow);
        int dead = 0;
        for (PageDescriptor descriptor : stored.directory) {
            PageBuffer buffer = stored.pages.scan(descriptor);
            for (int i = 0; i < buffer.page.count(); i++) {
                dead += live.accepts(buffer.page.row(i)) ? 0 : 1;
            }
        }
        return dead;
    }

    /** Stored raw pages. */
    static long rawPages(TestShard shard) {
        shard.store.select(TestShard.KEY);
        long first = BlockKey.of(BlockKind.RAW, 0);
        long end = BlockKey.of(BlockKind.RAW, BlockKey.NUMBER_MAX);
        long inHead = HeadBundle.read(shard.store, 0).isInHead(first) ? 1 : 0;
        return inHead
                + shard.store.blocks().keySet().stream()
                        .filter(key -> key >= first && key <= end)
                        .map(key -> key & ~(long) BlockKey.SEQUENCE_MAX)
                        .distinct()
                        .count();
    }

    /** Asserts that no row lies in two pages and that every live one lies in one. */
    static void assertEachInOnePage(TestShard shard) throws Exception {
        Stored stored = Stored.of(shard);
        TreeSet<Long> found = new TreeSet<>();
        for (PageDescriptor descriptor : stored.directory) {
            PageBuffer buffer = stored.pages.scan(descriptor);
            assertThat(buffer.page.count()).isEqualTo(descriptor.rows());
            for (int i = 0; i < buffer.page.count(); i++) {
                assertThat(found.add(buffer.page.row(i))).as("row in one page").isTrue();
            }
        }
        assertNoPageLeftBehind(shard.store, stored.directory);
        LiveRows live = new LiveRows(stored.store, stored.head.nextRow);
        int alive = 0;
        for (long row = 0; row < stored.head.nextRow; row++) {
            if (live.accepts(row)) {
                alive++;
                assertThat(found).contains(row);
            }
        }
        assertThat(alive).isEqualTo((int) stored.head.items);
    }

    /** Every stored scan page, or delta of one, belongs to a page of the directory. */
    private static void assertNoPageLeftBehind(MapWarmStore store, List<PageDescriptor> directory) {
        TreeSet<Long> known = new TreeSet<>();
        directory.forEach(page -> known.add(BlockKey.of(BlockKind.SCAN, page.page())));
        for (long key : store.blocks().keySet()) {
            long page = key & ~(long) BlockKey.SEQUENCE_MAX;
            if (page >= BlockKey.of(BlockKind.SCAN, 0) && page < BlockKey.of(BlockKind.RAW, 0)) {
                assertThat(known).contains(page);
            }
        }
    }
}
