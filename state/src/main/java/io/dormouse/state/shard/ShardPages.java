// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.BlockOwner;
import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Code;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.kernel.RelativeEncoder;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.Profile;
import io.dormouse.state.page.VectorPage;
import io.dormouse.state.shard.Losses.What;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings the vector pages of one shard into the hot cache and stores what changed.
 *
 * <p>Appending never rewrites a page: rows added since the page was last stored go into a <em>delta</em>, a small page
 * of the same format under the next sequence number. Reading a page reads its deltas after it. Every
 * {@value #DELTAS_MAX} deltas, when those of a scan page hold more than half of its rows, and when a split sorts a page
 * anew, it is stored whole and its deltas are removed.
 */
final class ShardPages implements BlockOwner {
    static final int DELTAS_MAX = 32;

    /** A scan page is stored whole when its deltas would hold a larger share of its rows: it would take as much more room. */
    private static final double DELTA_ROWS_SHARE_MAX = 0.5;

    /** A write-back adds up to two deltas to {@link #DELTAS_MAX} - 1 of them. */
    private static final int DELTAS_BOUND = DELTAS_MAX + 1;

    private final WarmStore store;
    private final HotPageCache cache;
    private final AccessLevels levels;
    private final NamespaceSettings settings;
    private final int scanRowsMax;
    private final int rawRowsPerPage;
    private final LongObjectHashMap<CachedBlock> resident;
    private final Runnable selectShard;
    private final int addressHigh;
    private final PageReader reader;
    private final ColdPages cold;
    private final ShardLosses lost;
    private final RowCoder rows;
    private RowArrivals arrivals = (row, page) -> {};

    /**
     * @param selectShard makes the store speak of this shard: write-back comes at any time
     * @param shardHash high half of the addresses written into pages
     * @param profile pages that need a larger one are refused
     * @param cold the way to raw pages in object storage
     * @param lost is told of what is damaged
     * @param directory knows the centroids that relative codes refer to
     */
    ShardPages(
            WarmStore store,
            HotPageCache cache,
            NamespaceSettings settings,
            int scanPageBytesMax,
            int rawRowsPerPage,
            LongObjectHashMap<CachedBlock> resident,
            Runnable selectShard,
            int shardHash,
            Profile profile,
            ColdPages cold,
            ShardLosses lost,
            PageDirectory directory,
            VectorKernels kernels) {
        this.store = store;
        this.cache = cache;
        this.levels = cache.levels();
        this.settings = settings;
        this.scanRowsMax = VectorPage.rowsMax(PageKind.SCAN, settings.code(), settings.dimension(), scanPageBytesMax);
        this.rawRowsPerPage = rawRowsPerPage;
        this.resident = resident;
        this.selectShard = selectShard;
        this.addressHigh = shardHash;
        this.reader = new PageReader(store, settings, profile);
        this.cold = cold;
        this.lost = lost;
        this.rows = settings.code().relative()
                ? new RelativeRows(
                        settings, directory, this, new RelativeEncoder(settings.code(), settings.dimension(), kernels))
                : new AbsoluteRows();
    }

    /** Hears of rows that come to a scan page: new ones, those from another page, and those that get another number. */
    @FunctionalInterface
    interface RowArrivals {
        void came(long row, int page);
    }

    /** From now on this hears of rows, and who did before does not. */
    void tellOfRowsThatCome(RowArrivals listener) {
        arrivals = listener;
    }

    /** Rows a scan page holds at most. */
    int scanRowsMax() {
        return scanRowsMax;
    }

    /** A new, empty scan page in the cache, to be stored even if it stays so; with room for so many rows even when the limit was lowered meanwhile. */
    PageBuffer createScan(PageDescriptor descriptor, int rows) {
        int rowsMax = Math.max(rows, scanRowsMax);
        VectorPage page = VectorPage.allocate(PageKind.SCAN, settings.code(), settings.dimension(), rowsMax);
        PageBuffer buffer = new PageBuffer(page, descriptor, descriptor.page());
        descriptor.setResident(cacheNew(BlockKind.SCAN, buffer, BlockValue.ORDINARY));
        markDirty(buffer, buffer.page.heapBytes());
        return buffer;
    }

    /**
     * The scan page of a descriptor, read if it is not resident.
     *
     * @throws CorruptPageException when its stored bytes are damaged; its descriptor is then marked as faulted
     */
    PageBuffer scan(PageDescriptor descriptor) throws CorruptPageException {
        if (descriptor.faulted()) {
            throw new CorruptPageException(descriptor.fault());
        }
        long start = levels.timesNextHit() ? System.nanoTime() : 0;
        CachedBlock block = descriptor.resident();
        if (block == null) {
            block = cacheNew(BlockKind.SCAN, readScan(descriptor), BlockValue.warm(descriptor.importance()));
            descriptor.setResident(block);
        } else {
            cache.touch(block);
            hit(start);
        }
        return (PageBuffer) block.content();
    }

    private void hit(long start) {
        if (start != 0) {
            levels.timedHit(System.nanoTime() - start);
        }
        levels.hit();
    }

    /**
     * The scan page of a descriptor for one look: a page that is not resident is read, but neither kept nor counted as
     * used, so that it pushes no other out of the cache.
     *
     * @throws CorruptPageException when its stored bytes are damaged; its descriptor is then marked as faulted
     */
    VectorPage peek(PageDescriptor descriptor) throws CorruptPageException {
        if (descriptor.faulted()) {
            throw new CorruptPageException(descriptor.fault());
        }
        return peekAgain(descriptor);
    }

    /**
     * As {@link #peek}, of a page that was found damaged as well: it is read again.
     *
     * @throws CorruptPageException when its stored bytes are damaged
     */
    VectorPage peekAgain(PageDescriptor descriptor) throws CorruptPageException {
        CachedBlock block = descriptor.resident();
        return block == null ? readScan(descriptor).page : ((PageBuffer) block.content()).page;
    }

    private PageBuffer readScan(PageDescriptor descriptor) throws CorruptPageException {
        try {
            byte[] stored = store.block(BlockKey.of(BlockKind.SCAN, descriptor.page()));
            PageBuffer buffer =
                    reader.read(BlockKind.SCAN, descriptor.page(), stored, descriptor, settings.code(), scanRowsMax);
            if (descriptor.rows() != PageDescriptor.ROWS_UNKNOWN && descriptor.rows() != buffer.page.count()) {
                throw new CorruptPageException("scan page " + descriptor.page() + " has " + buffer.page.count()
                        + " rows; expected " + descriptor.rows() + ": one of its deltas is missing");
            }
            return buffer;
        } catch (CorruptPageException e) {
            descriptor.setFaulted(e.getMessage());
            lost.tellOfCodes(descriptor, e);
            throw e;
        }
    }

    /**
     * The raw page that holds a row.
     *
     * @throws CorruptPageException when its stored bytes are damaged or lack the row
     * @throws ColdBlockException when it must be fetched first
     */
    VectorPage rawOf(long row) throws CorruptPageException, ColdBlockException {
        return holding(row, raw(row).page);
    }

    /** As {@link #rawOf}, for one look: a page that is not resident is read, but not kept. */
    VectorPage peekRawOf(long row) throws CorruptPageException, ColdBlockException {
        CachedBlock block = resident.get(BlockKey.of(BlockKind.RAW, row / rawRowsPerPage));
        return holding(row, block == null ? readRaw(row).page : ((PageBuffer) block.content()).page);
    }

    /**
     * Writes the exact vector of a row as centroids are compared with it: normalised under cosine.
     *
     * @throws CorruptPageException when it cannot be read
     * @throws ColdBlockException when it must be fetched first
     */
    void exact(long row, float[] out) throws CorruptPageException, ColdBlockException {
        rawOf(row).decode(rawIndex(row), out);
        if (settings.metric() == Metric.COSINE) {
            UnitLength.normalise(out, settings.dimension());
        }
    }

    /** Whether the raw page of a row is in heap. */
    boolean isRawHot(long row) {
        return resident.containsKey(BlockKey.of(BlockKind.RAW, row / rawRowsPerPage));
    }

    private VectorPage holding(long row, VectorPage page) throws CorruptPageException {
        int i = rawIndex(row);
        if (i >= page.count() || page.row(i) != row) {
            lost.tell(What.VECTORS, row / rawRowsPerPage, "it lacks row " + row);
            throw new CorruptPageException("raw page " + row / rawRowsPerPage + " of " + page.count()
                    + " rows lacks row " + row + ": it or one of its deltas is missing");
        }
        return page;
    }

    /**
     * The raw page that takes a new row; created when the row is the first of its page.
     *
     * @throws CorruptPageException when its stored bytes are damaged or lack earlier rows
     */
    PageBuffer rawFor(long row) throws CorruptPageException {
        PageBuffer buffer = newest(row);
        if (buffer.page.count() != rawIndex(row)) {
            throw new CorruptPageException("raw page " + buffer.number + " has " + buffer.page.count()
                    + " rows; expected " + rawIndex(row) + ": it or one of its deltas is missing");
        }
        if (rawIndex(row) == 0) {
            cold.begun();
        }
        return buffer;
    }

    /** A page that is not full yet never goes cold. */
    private PageBuffer newest(long row) throws CorruptPageException {
        if (rawIndex(row) == 0 && !isResident(row / rawRowsPerPage)) {
            return createRaw(row / rawRowsPerPage);
        }
        try {
            return raw(row);
        } catch (ColdBlockException e) {
            throw new CorruptPageException("raw page of row " + row + ", the newest, is said to be cold");
        }
    }

    private PageBuffer raw(long row) throws CorruptPageException, ColdBlockException {
        long number = row / rawRowsPerPage;
        CachedBlock block = resident.get(BlockKey.of(BlockKind.RAW, number));
        if (block == null) {
            block = cacheNew(BlockKind.RAW, readRaw(row), cold.value(number));
            cold.cameUp(number);
        } else {
            cache.touch(block);
            levels.hit();
        }
        cold.use(number);
        return (PageBuffer) block.content();
    }

    private PageBuffer createRaw(long number) {
        cold.use(number);
        VectorPage page = VectorPage.allocate(PageKind.RAW, Code.FLOAT32, settings.dimension(), rawRowsPerPage);
        return (PageBuffer) cacheNew(BlockKind.RAW, new PageBuffer(page, null, number), BlockValue.ORDINARY)
                .content();
    }

    private PageBuffer readRaw(long row) throws CorruptPageException, ColdBlockException {
        long number = row / rawRowsPerPage;
        byte[] stored = store.block(BlockKey.of(BlockKind.RAW, number));
        if (stored != null && ColdPage.isReference(stored)) {
            stored = cold.vectors(number, stored);
        }
        try {
            return reader.read(BlockKind.RAW, number, stored, null, Code.FLOAT32, rawRowsPerPage);
        } catch (CorruptPageException e) {
            lost.tell(What.VECTORS, number, e.getMessage());
            throw e;
        }
    }

    /** Place of a row in its raw page. */
    int rawIndex(long row) {
        return (int) (row % rawRowsPerPage);
    }

    /** Whether rows are encoded against the centroid of their page, so that moving one takes its exact vector. */
    boolean relative() {
        return settings.code().relative();
    }

    int rawRowsPerPage() {
        return rawRowsPerPage;
    }

    /** Notes that rows were appended to a page. */
    void appended(PageBuffer buffer, int rows) {
        int rowBytes = buffer.page.stride() + 16;
        markDirty(buffer, rows * rowBytes);
    }

    /** Adds the row of an item of this importance to a scan page. The vector is normalised under cosine. */
    void append(PageBuffer buffer, long row, float[] vector, float importance) {
        rows.append(buffer, row, vector);
        arrivals.came(row, buffer.descriptor.page());
        buffer.descriptor.setRows(buffer.page.count());
        buffer.descriptor.rowCame(importance);
        appended(buffer, 1);
    }

    /**
     * Writes the vector of a row of a scan page as centroids are compared with it: what its code says, or with a relative
     * code its exact vector, normalised under cosine.
     *
     * @throws ColdBlockException when that must be fetched first
     */
    void vector(PageBuffer buffer, int i, float[] out) throws ColdBlockException {
        rows.vector(buffer, i, out);
    }

    /**
     * Sees to it that {@link #vector} can be called for some rows of a scan page. When it cannot, everything that it lacks is
     * named at once, and what it would lack soon, so that one wait is enough.
     *
     * @param from row of the page
     * @param end beyond the last row that is needed now
     * @param ahead beyond the last row that will be needed soon
     * @throws ColdBlockException when something must be fetched first
     */
    void requireVectors(PageBuffer buffer, int from, int end, int ahead) throws ColdBlockException {
        if (!relative() || !lacksAny(buffer, from, end)) {
            return;
        }
        Set<ColdRange> lacking = new LinkedHashSet<>();
        for (int i = from; i < Math.min(ahead, buffer.page.count()); i++) {
            addLacking(buffer.page.row(i), lacking);
        }
        throw new ColdBlockException(List.copyOf(lacking));
    }

    /**
     * As {@link #requireVectors}, for rows of any code and page.
     *
     * @param count of the rows
     */
    void requireExact(long[] rowNumbers, int count) throws ColdBlockException {
        Set<ColdRange> lacking = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            addLacking(rowNumbers[i], lacking);
        }
        if (!lacking.isEmpty()) {
            throw new ColdBlockException(List.copyOf(lacking));
        }
    }

    private boolean lacksAny(PageBuffer buffer, int from, int end) {
        Set<ColdRange> lacking = new HashSet<>();
        for (int i = from; i < Math.min(end, buffer.page.count()) && lacking.isEmpty(); i++) {
            addLacking(buffer.page.row(i), lacking);
        }
        return !lacking.isEmpty();
    }

    private void addLacking(long row, Set<ColdRange> lacking) {
        ColdRange range = isColdOnly(row) ? cold.lacking(row / rawRowsPerPage) : null;
        if (range != null) {
            lacking.add(range);
        }
    }

    /** Whether the vector of a row lies in object storage and not in heap. */
    private boolean isColdOnly(long row) {
        long number = row / rawRowsPerPage;
        return cold.isCold(number) && !isResident(number);
    }

    /** Whether the exact vector of a row is in object storage. */
    boolean isCold(long row) {
        return cold.isCold(row / rawRowsPerPage);
    }

    private boolean isResident(long number) {
        return resident.containsKey(BlockKey.of(BlockKind.RAW, number));
    }

    /** Whether the vector of any row of a scan page may have to be fetched. */
    boolean anyCold(PageBuffer buffer) {
        for (int i = 0; relative() && i < buffer.page.count(); i++) {
            if (isColdOnly(buffer.page.row(i))) {
                return true;
            }
        }
        return false;
    }

    /** Encodes the rows of a scan page anew, if they have relative codes: its centroid changed. */
    void recode(PageBuffer buffer) throws ColdBlockException {
        if (rows.recode(buffer)) {
            rearranged(buffer);
        }
    }

    /** Moves a row from one scan page to another: absolute codes as they are, relative ones from the exact vector. */
    void move(PageBuffer from, int i, PageBuffer to) throws ColdBlockException {
        rows.copy(from, i, to);
        arrivals.came(from.page.row(i), to.descriptor.page());
        to.descriptor.setRows(to.page.count());
        to.descriptor.rowCame(from.descriptor.importance());
        appended(to, 1);
        drop(from, i);
    }

    /** Takes a row out of a scan page. */
    void drop(PageBuffer buffer, int i) {
        buffer.remove(i);
        buffer.descriptor.setRows(buffer.page.count());
        markDirty(buffer, 16);
    }

    /** Gives a row of a scan page another number. */
    void renumber(PageBuffer buffer, int i, long row) {
        buffer.renumber(i, row);
        arrivals.came(row, buffer.descriptor.page());
        markDirty(buffer, buffer.page.stride() + 32);
    }

    /** Notes that the rows of a page were sorted anew: it will be stored whole. */
    void rearranged(PageBuffer buffer) {
        buffer.rewrite = true;
        buffer.storedRows = 0;
        buffer.removed.elementsCount = 0;
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

    /** Removes what is stored of a scan page that cannot be read. */
    void removeDamaged(PageDescriptor descriptor) {
        removeStored(BlockKind.SCAN, descriptor.page(), DELTAS_BOUND);
    }

    /** Removes a raw page none of whose rows is alive. */
    void removeRaw(long row) {
        long number = row / rawRowsPerPage;
        CachedBlock block = resident.remove(BlockKey.of(BlockKind.RAW, number));
        int deltas;
        if (block == null) {
            deltas = hasStoredDeltas(number) ? DELTAS_BOUND : 0;
        } else {
            PageBuffer buffer = (PageBuffer) block.content();
            deltas = buffer.page.isFull() ? buffer.deltas : DELTAS_BOUND;
            cache.remove(block);
        }
        cold.removed(number);
        removeStored(BlockKind.RAW, number, deltas);
        lost.rowsAreGone(number);
    }

    /** True of a page that was left, damaged, before it was complete; any other lost its deltas when it was stored whole. */
    private boolean hasStoredDeltas(long number) {
        return store.block(BlockKey.of(BlockKind.RAW, number, 1)) != null;
    }

    /** Has a raw page, which is in heap, stored whole in place of the reference to object storage. */
    void storeAgain(long number) {
        CachedBlock block = resident.get(BlockKey.of(BlockKind.RAW, number));
        PageBuffer buffer = (PageBuffer) block.content();
        cold.cameBack(number);
        buffer.rewrite = true;
        cache.markDirty(block, buffer.page.heapBytes(), buffer.page.heapBytes());
    }

    /** The stored bytes of a complete raw page, or null when there is none or a change of it is not stored yet. */
    byte[] storedRaw(long number) {
        CachedBlock block = resident.get(BlockKey.of(BlockKind.RAW, number));
        return block != null && block.isDirty() ? null : store.block(BlockKey.of(BlockKind.RAW, number));
    }

    @Override
    public int fingerprint() {
        return addressHigh;
    }

    /**
     * Stores what changed in a page: whole when it is new, sorted anew, complete, lies in the head of the shard, or has as
     * many deltas as it may; otherwise what went and what came, each as one more delta.
     */
    @Override
    public void writeBack(CachedBlock block) {
        selectShard.run();
        PageBuffer buffer = (PageBuffer) block.content();
        BlockKind kind = buffer.descriptor == null ? BlockKind.RAW : BlockKind.SCAN;
        boolean complete = kind == BlockKind.RAW && buffer.page.isFull();
        boolean manyDeltas = buffer.deltas >= DELTAS_MAX || kind == BlockKind.SCAN && deltasAreLarge(buffer);
        boolean inHead = store.isInHead(block.key());
        if (buffer.rewrite || complete || buffer.storedRows == 0 || manyDeltas || inHead) {
            storeWhole(kind, buffer);
        } else {
            storeDeltas(kind, buffer);
        }
        buffer.removed.elementsCount = 0;
        buffer.storedRows = buffer.page.count();
        if (buffer.descriptor != null) {
            buffer.descriptor.setRows(buffer.page.count());
        }
    }

    private static boolean deltasAreLarge(PageBuffer buffer) {
        int came = buffer.page.count() - buffer.storedRows;
        return buffer.deltaRows + came > DELTA_ROWS_SHARE_MAX * buffer.page.count();
    }

    private void storeWhole(BlockKind kind, PageBuffer buffer) {
        store.putBlock(BlockKey.of(kind, buffer.number), buffer.page.write(address(buffer.number)));
        removeDeltas(kind, buffer.number, buffer.deltas);
        buffer.deltas = 0;
        buffer.deltaRows = 0;
        buffer.rewrite = false;
    }

    private void storeDeltas(BlockKind kind, PageBuffer buffer) {
        int gone = buffer.removed.size();
        if (gone > 0) {
            ByteBuffer body = Frame.body(8 * gone);
            for (int i = 0; i < gone; i++) {
                body.putLong(buffer.removed.get(i));
            }
            store.putBlock(BlockKey.of(kind, buffer.number, ++buffer.deltas), Frame.seal(BlockKind.REMOVED, body));
        }
        if (buffer.page.count() > buffer.storedRows) {
            buffer.deltaRows += buffer.page.count() - buffer.storedRows;
            store.putBlock(
                    BlockKey.of(kind, buffer.number, ++buffer.deltas),
                    buffer.page.writeRows(buffer.storedRows, buffer.page.count(), address(buffer.number)));
        }
    }

    /** The address of a page, by its number in the shard. */
    long address(long number) {
        return (long) addressHigh << 32 | (number & 0xFFFF_FFFFL);
    }

    @Override
    public void evicted(CachedBlock block) {
        resident.remove(block.key());
        PageBuffer buffer = (PageBuffer) block.content();
        if (buffer.descriptor != null) {
            buffer.descriptor.setResident(null);
        }
    }

    private CachedBlock cacheNew(BlockKind kind, PageBuffer buffer, BlockValue value) {
        long key = BlockKey.of(kind, buffer.number);
        CachedBlock block = new CachedBlock(this, key, buffer);
        cache.add(block, buffer.page.heapBytes(), value);
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
