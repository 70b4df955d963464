package io.dormouse.state.shard;

import io.dormouse.state.cache.BlockOwner;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.WarmStore;

/**
 * Brings the vector pages of one shard into the hot cache and stores what changed.
 *
 * <p>Appending never rewrites a page: rows added since the page was last stored go into a <em>delta</em>, a small page
 * of the same format under the next sequence number. Reading a page reads its deltas after it. Every
 * {@value #DELTAS_MAX} deltas, and whenever a stored row moved or went, the page is stored whole and its deltas are
 * removed.
 */
final class ShardPages implements BlockOwner {
    static final int DELTAS_MAX = 32;

    private final WarmStore store;
    private final HotPageCache cache;
    private final NamespaceSettings settings;
    private final int scanRowsMax;
    private final int rawRowsPerPage;
    private final ResidentBlocks resident;
    private final Runnable selectShard;
    private final int addressHigh;

    /**
     * @param selectShard makes the store speak of this shard: write-back comes at any time
     * @param shardHash high half of the addresses written into pages
     */
    ShardPages(
            WarmStore store,
            HotPageCache cache,
            NamespaceSettings settings,
            int scanPageBytesMax,
            int rawRowsPerPage,
            ResidentBlocks resident,
            Runnable selectShard,
            int shardHash) {
        this.store = store;
        this.cache = cache;
        this.settings = settings;
        this.scanRowsMax =
                VectorPage.rowsMax(PageKind.SCAN, settings.code(), settings.dimension(), scanPageBytesMax);
        this.rawRowsPerPage = rawRowsPerPage;
        this.resident = resident;
        this.selectShard = selectShard;
        this.addressHigh = shardHash;
    }

    /** Rows a scan page holds at most. */
    int scanRowsMax() {
        return scanRowsMax;
    }

    /** A new, empty scan page in the cache. */
    PageBuffer createScan(PageDescriptor descriptor) {
        VectorPage page = VectorPage.allocate(PageKind.SCAN, settings.code(), settings.dimension(), scanRowsMax);
        PageBuffer buffer = new PageBuffer(page, descriptor, descriptor.page());
        descriptor.setResident(cacheNew(BlockKind.SCAN, buffer));
        return buffer;
    }

    /**
     * The scan page of a descriptor, read if it is not resident.
     *
     * @throws CorruptPageException when its stored bytes are damaged
     */
    PageBuffer scan(PageDescriptor descriptor) throws CorruptPageException {
        CachedBlock block = descriptor.resident();
        if (block == null) {
            PageBuffer buffer =
                    read(BlockKind.SCAN, descriptor.page(), descriptor, settings.code(), scanRowsMax);
            block = cacheNew(BlockKind.SCAN, buffer);
            descriptor.setResident(block);
        }
        cache.touch(block);
        return (PageBuffer) block.content();
    }

    /** The raw page that holds a row, read if it is not resident; created when the row is the first of its page. */
    PageBuffer raw(long row) throws CorruptPageException {
        long number = row / rawRowsPerPage;
        CachedBlock block = resident.get(BlockKey.of(BlockKind.RAW, number));
        if (block == null) {
            PageBuffer buffer = read(BlockKind.RAW, number, null, Code.FLOAT32, rawRowsPerPage);
            block = cacheNew(BlockKind.RAW, buffer);
        }
        cache.touch(block);
        return (PageBuffer) block.content();
    }

    /** Whether the raw page of a row is in heap. */
    boolean rawResident(long row) {
        return resident.get(BlockKey.of(BlockKind.RAW, row / rawRowsPerPage)) != null;
    }

    /** Place of a row in its raw page. */
    int rawIndex(long row) {
        return (int) (row % rawRowsPerPage);
    }

    int rawRowsPerPage() {
        return rawRowsPerPage;
    }

    /** Notes that rows were appended to a page. */
    void appended(PageBuffer buffer, int rows) {
        int rowBytes = buffer.page.stride() + 16;
        markDirty(buffer, rows * rowBytes);
    }

    /** Notes that rows of a page moved or went. */
    void rearranged(PageBuffer buffer) {
        buffer.rewrite = true;
        markDirty(buffer, buffer.page.heapBytes());
    }

    /** Removes a page from heap and store. */
    void remove(BlockKind kind, PageBuffer buffer) {
        CachedBlock block = resident.remove(BlockKey.of(kind, buffer.number));
        cache.remove(block);
        removeStored(kind, buffer.number, buffer.deltas);
        if (buffer.descriptor != null) {
            buffer.descriptor.setResident(null);
        }
    }

    /** Removes a raw page none of whose rows is alive. */
    void removeRaw(long row) {
        long number = row / rawRowsPerPage;
        CachedBlock block = resident.remove(BlockKey.of(BlockKind.RAW, number));
        if (block != null) {
            cache.remove(block);
        }
        removeStored(BlockKind.RAW, number, DELTAS_MAX);
    }

    @Override
    public void writeBack(CachedBlock block) {
        selectShard.run();
        PageBuffer buffer = (PageBuffer) block.content();
        BlockKind kind = buffer.descriptor == null ? BlockKind.RAW : BlockKind.SCAN;
        VectorPage page = buffer.page;
        long address = (long) addressHigh << 32 | (buffer.number & 0xFFFF_FFFFL);
        boolean full = kind == BlockKind.RAW && page.count() == rawRowsPerPage;
        if (buffer.rewrite || buffer.storedRows == 0 || buffer.deltas == DELTAS_MAX || full) {
            store.putBlock(BlockKey.of(kind, buffer.number), page.write(address));
            removeDeltas(kind, buffer.number, buffer.deltas);
            buffer.deltas = 0;
            buffer.rewrite = false;
        } else {
            buffer.deltas++;
            store.putBlock(
                    BlockKey.of(kind, buffer.number, buffer.deltas),
                    page.writeRows(buffer.storedRows, page.count(), address));
        }
        buffer.storedRows = page.count();
        if (buffer.descriptor != null) {
            buffer.descriptor.setRows(page.count());
        }
    }

    @Override
    public void evicted(CachedBlock block) {
        resident.remove(block.key());
        PageBuffer buffer = (PageBuffer) block.content();
        if (buffer.descriptor != null) {
            buffer.descriptor.setResident(null);
        }
    }

    private PageBuffer read(BlockKind kind, long number, PageDescriptor descriptor, Code code, int rowsMax)
            throws CorruptPageException {
        byte[] stored = store.block(BlockKey.of(kind, number));
        VectorPage page;
        if (stored != null) {
            page = checked(VectorPage.read(stored), kind, code);
        } else if (kind == BlockKind.RAW) {
            page = VectorPage.allocate(PageKind.RAW, Code.FLOAT32, settings.dimension(), rowsMax);
        } else {
            throw new CorruptPageException("scan page " + number + " is missing from the store");
        }
        PageBuffer buffer = new PageBuffer(page, descriptor, number);
        if (kind == BlockKind.RAW && page.count() == rowsMax) {
            buffer.storedRows = page.count();
            return buffer;
        }
        while (buffer.deltas < DELTAS_MAX) {
            byte[] delta = store.block(BlockKey.of(kind, number, buffer.deltas + 1));
            if (delta == null) {
                break;
            }
            VectorPage rows = checked(VectorPage.read(delta), kind, code);
            for (int i = 0; i < rows.count(); i++) {
                page.appendFrom(rows, i);
            }
            buffer.deltas++;
        }
        buffer.storedRows = page.count();
        return buffer;
    }

    private VectorPage checked(VectorPage page, BlockKind kind, Code code) throws CorruptPageException {
        boolean sameKind = (page.kind() == PageKind.SCAN) == (kind == BlockKind.SCAN);
        if (!sameKind || page.code() != code || page.dimension() != settings.dimension()) {
            throw new CorruptPageException("stored page is " + page.kind() + " " + page.code() + " of "
                    + page.dimension() + " dimensions: expected " + kind + " " + code + " of "
                    + settings.dimension());
        }
        return page;
    }

    private CachedBlock cacheNew(BlockKind kind, PageBuffer buffer) {
        long key = BlockKey.of(kind, buffer.number);
        CachedBlock block = new CachedBlock(this, key, buffer);
        cache.add(block, buffer.page.heapBytes());
        resident.put(key, block);
        return block;
    }

    private void markDirty(PageBuffer buffer, int changedBytes) {
        BlockKind kind = buffer.descriptor == null ? BlockKind.RAW : BlockKind.SCAN;
        CachedBlock block = buffer.descriptor == null
                ? resident.get(BlockKey.of(kind, buffer.number))
                : buffer.descriptor.resident();
        cache.markDirty(block, changedBytes, buffer.page.heapBytes());
    }

    private void removeStored(BlockKind kind, long number, int deltas) {
        store.removeBlock(BlockKey.of(kind, number));
        removeDeltas(kind, number, deltas);
    }

    private void removeDeltas(BlockKind kind, long number, int deltas) {
        for (int d = 1; d <= deltas; d++) {
            store.removeBlock(BlockKey.of(kind, number, d));
        }
    }
}
