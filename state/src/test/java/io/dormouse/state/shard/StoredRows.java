// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.MapWarmStore;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Reads the scan pages of a stored shard as a restore would, to see which rows lie where. */
final class StoredRows {
    private StoredRows() {}

    /** Asserts that no row lies in two pages and that every live one lies in one. */
    static void assertEachInOnePage(TestShard shard) throws CorruptPageException {
        MapWarmStore store = shard.store;
        store.select(TestShard.KEY);
        ShardHead head = ShardHead.read(store);
        HotPageCache cache = new HotPageCache(1 << 24, 1 << 24);
        LongObjectHashMap<CachedBlock> resident = new LongObjectHashMap<>();
        PageDirectory directory =
                new PageDirectory(store, cache, resident, () -> {}, Kernels.best(), head.settings.dimension());
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
                directory,
                Kernels.best());
        TreeSet<Long> found = new TreeSet<>();
        List<PageDescriptor> all = new ArrayList<>();
        directory.forEach(all::add);
        for (PageDescriptor descriptor : all) {
            PageBuffer buffer = pages.scan(descriptor);
            assertThat(buffer.page.count()).isEqualTo(descriptor.rows());
            for (int i = 0; i < buffer.page.count(); i++) {
                assertThat(found.add(buffer.page.row(i))).as("row in one page").isTrue();
            }
        }
        assertNoPageLeftBehind(store, all);
        LiveRows live = new LiveRows(store, head.nextRow);
        int alive = 0;
        for (long row = 0; row < head.nextRow; row++) {
            if (live.accepts(row)) {
                alive++;
                assertThat(found).contains(row);
            }
        }
        assertThat(alive).isEqualTo((int) head.items);
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
