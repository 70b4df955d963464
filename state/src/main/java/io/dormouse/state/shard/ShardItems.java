// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.BlockOwner;
import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.WarmStore;

/** Items of one shard by row. They are written once and at once; those that answers return are kept in the hot cache. */
final class ShardItems implements BlockOwner {
    private final WarmStore store;
    private final HotPageCache cache;
    private final AccessLevels levels;
    private final LongObjectHashMap<CachedBlock> resident;
    private final ColdPages cold;
    private final int rowsPerPage;
    private final int shardHash;

    /**
     * @param rowsPerPage rows of a raw page, whose payloads go cold together
     * @param shardHash by which the eviction policy knows the shard's items again
     */
    ShardItems(
            WarmStore store,
            HotPageCache cache,
            LongObjectHashMap<CachedBlock> resident,
            ColdPages cold,
            int rowsPerPage,
            int shardHash) {
        this.store = store;
        this.cache = cache;
        this.levels = cache.levels();
        this.resident = resident;
        this.cold = cold;
        this.rowsPerPage = rowsPerPage;
        this.shardHash = shardHash;
    }

    void put(long row, Item item) {
        byte[] stored = item.write();
        store.putBlock(BlockKey.of(BlockKind.ITEM, row), stored);
        if (cold.warm() != null) {
            cold.warm().itemAdded(stored.length);
        }
    }

    /** The item of a row, or null when its stored bytes are damaged or missing. */
    Item find(long row) {
        long key = BlockKey.of(BlockKind.ITEM, row);
        CachedBlock block = resident.get(key);
        if (block == null) {
            Item item = stored(row);
            if (item == null) {
                return null;
            }
            block = new CachedBlock(this, key, item);
            cache.add(block, item.heapBytes(), BlockValue.warm(item.importanceOr(BlockValue.ORDINARY_IMPORTANCE)));
            resident.put(key, block);
            if (item.pinned()) {
                cache.pin(block);
            }
        } else {
            levels.hit();
            cache.touch(block);
        }
        return (Item) block.content();
    }

    /** Like {@link #find}, for reading many: the item does not enter the cache. */
    Item stored(long row) {
        try {
            return Item.read(store.block(BlockKey.of(BlockKind.ITEM, row)));
        } catch (CorruptBlockException e) {
            return null;
        }
    }

    /**
     * Like {@link #stored}, with its payload wherever that lies.
     *
     * @throws ColdBlockException when that must be fetched first
     * @throws CorruptPageException when it is lost
     */
    Item whole(long row) throws ColdBlockException, CorruptPageException {
        return withPayload(row, stored(row));
    }

    /** As {@link #whole}, through the cache. */
    Item findWhole(long row) throws ColdBlockException, CorruptPageException {
        return withPayload(row, find(row));
    }

    private Item withPayload(long row, Item item) throws ColdBlockException, CorruptPageException {
        return item != null && item.payloadIsCold()
                ? item.withPayload(cold.payload(row / rowsPerPage, (int) (row % rowsPerPage)))
                : item;
    }

    /** An item is among the hits of a query. */
    void hit(long row, Item item) {
        cold.hit(row, item.importance());
    }

    /** The payload of an item lies in object storage now. */
    void payloadWentCold(long row, Item item) {
        replaceStored(row, item.withPayload(Item.COLD_PAYLOAD), -item.payload().length);
    }

    /** An item is stored whole again, whose payload may have been in object storage. */
    void cameBack(long row, Item whole) {
        replaceStored(row, whole, whole.payload() == null ? 0 : whole.payload().length);
    }

    private void replaceStored(long row, Item item, int grewBytes) {
        forget(row);
        store.putBlock(BlockKey.of(BlockKind.ITEM, row), item.write());
        cold.warm().itemGrew(grewBytes);
    }

    private void forget(long row) {
        CachedBlock block = resident.remove(BlockKey.of(BlockKind.ITEM, row));
        if (block != null) {
            cache.remove(block);
        }
    }

    /** Stores an item under another row. */
    void move(long from, long to, Item item) {
        remove(from);
        put(to, item);
    }

    void remove(long row) {
        forget(row);
        store.removeBlock(BlockKey.of(BlockKind.ITEM, row));
        if (cold.warm() != null) {
            cold.warm().itemsRemoved(1);
        }
    }

    @Override
    public int fingerprint() {
        return shardHash;
    }

    @Override
    public void writeBack(CachedBlock block) {
        throw new IllegalStateException("an item is stored when it is written, so it is never dirty");
    }

    @Override
    public void evicted(CachedBlock block) {
        resident.remove(block.key());
    }
}
