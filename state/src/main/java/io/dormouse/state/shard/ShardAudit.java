// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongHashSet;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.shard.ShardMemory.ItemVisitor;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Walks a shard from its index to the last byte of every item, and says what does not fit together. */
final class ShardAudit {
    private final ShardKey key;
    private final ShardHead head;
    private final WarmStore store;
    private final HotPageCache cache;
    private final PageDirectory directory;
    private final ShardPages pages;
    private final LiveRows live;
    private final ColdPages cold;
    private final ShardItems items;
    private long valueBytes;

    ShardAudit(
            ShardKey key,
            ShardHead head,
            WarmStore store,
            HotPageCache cache,
            PageDirectory directory,
            ShardPages pages,
            LiveRows live,
            ColdPages cold,
            ShardItems items) {
        this.key = key;
        this.head = head;
        this.store = store;
        this.cache = cache;
        this.directory = directory;
        this.pages = pages;
        this.live = live;
        this.cold = cold;
        this.items = items;
    }

    void run(ItemVisitor visitor, Consumer<String> faults) {
        LongHashSet searchable = searchable(faults);
        long items = 0;
        long read = 0;
        valueBytes = 0;
        for (String id : store.indexedIds()) {
            items++;
            try {
                visitFetched(id, searchable, visitor);
                read++;
            } catch (CorruptPageException | CorruptBlockException e) {
                faults.accept("item '" + id + "' of " + key + ": " + e.getMessage());
            }
            trim();
        }
        if (items != head.items) {
            faults.accept(key + " counts " + head.items + " items, but its index has " + items);
        } else if (read == items && valueBytes != head.valueBytes) {
            faults.accept(key + " counts " + head.valueBytes + " bytes of items, but its index has " + valueBytes);
        }
    }

    /** The rows of all scan pages. */
    private LongHashSet searchable(Consumer<String> faults) {
        LongHashSet rows = new LongHashSet();
        for (int cell = 0; cell < directory.cells(); cell++) {
            for (int i = 0; i < directory.pagesIn(cell); i++) {
                collect(directory.at(cell, i), rows, faults);
                trim();
            }
        }
        return rows;
    }

    private void collect(PageDescriptor descriptor, LongHashSet rows, Consumer<String> faults) {
        try {
            VectorPage page = pages.scan(descriptor).page;
            for (int row = 0; row < page.count(); row++) {
                if (!rows.add(page.row(row))) {
                    faults.accept("row " + page.row(row) + " of " + key + " is in two scan pages");
                }
            }
        } catch (CorruptPageException | CorruptBlockException e) {
            faults.accept("scan page " + descriptor.page() + " of " + key + ": " + e.getMessage());
        }
    }

    /** Visits an item, after what of it is cold was fetched: an audit waits, since its I/O is done on its own thread. */
    private void visitFetched(String id, LongHashSet searchable, ItemVisitor visitor) throws CorruptPageException {
        ColdNeed need = cold.need();
        try {
            while (!visited(id, searchable, visitor, need)) {
                // each round has fetched one range more
            }
        } finally {
            if (need != null) {
                need.release();
            }
        }
    }

    private boolean visited(String id, LongHashSet searchable, ItemVisitor visitor, ColdNeed need)
            throws CorruptPageException {
        try {
            visit(id, searchable, visitor);
            return true;
        } catch (ColdBlockException e) {
            for (ColdRange range : e.ranges()) {
                if (!need.fetchNow(range)) {
                    throw new CorruptPageException(range + " could not be fetched: " + need.describe(range));
                }
            }
            return false;
        }
    }

    private void visit(String id, LongHashSet searchable, ItemVisitor visitor)
            throws CorruptPageException, ColdBlockException {
        IndexEntry entry = IndexEntry.read(store.indexEntry(id));
        long row = entry.row();
        Item item = items.whole(row);
        require(item != null, row, "has no stored item that can be read");
        require(item.id().equals(id), row, "holds item '" + item.id() + "'");
        require(item.version().equals(entry.version()), row, "has another version than the index");
        require(live.accepts(row), row, "is not marked alive");
        require(searchable.contains(row), row, "is in no scan page, so no question finds it");
        VectorPage page = pages.rawOf(row);
        int index = pages.rawIndex(row);
        visitor.visit(
                item,
                ByteBuffer.wrap(page.bytes(), page.codeOffset(index), page.stride())
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN));
        valueBytes += entry.valueBytes(head.settings.dimension());
    }

    private static void require(boolean holds, long row, String fault) {
        if (!holds) {
            throw new CorruptBlockException("row " + row + " " + fault);
        }
    }

    /** Keeps the heap limit; storing what was evicted may have selected another shard. */
    private void trim() {
        cache.trim();
        store.select(key);
    }
}
