// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongObjectHashMap;
import com.carrotsearch.hppc.cursors.ObjectCursor;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.Segment;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.probe.RecallEstimate;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.store.CorruptBlockException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One awake shard of the memory.
 *
 * <p><b>Rows.</b> Every upsert gets the next row number and its exact vector goes to the end of the <em>raw log</em>: raw
 * pages in order of arrival. Its code goes into the <em>scan page</em> with the nearest centroid, and moves between scan
 * pages as they split. An index entry maps the item's id to its row; one bit tells whether a row is
 * alive. A second upsert of an id is a new row and a dead one; a delete is a dead one. So no write searches for what it
 * replaces, and no split touches an exact vector.
 *
 * <p><b>Upkeep.</b> Pages are split, merged and cleaned, and rows of mostly dead raw pages move to the end of the log, in
 * steps between records. Between two steps every live row is in one scan page and one raw page, and what remains to be
 * done is in the {@link UpkeepLedger}, so a checkpoint may fall there and queries wait for none of it.
 *
 * <p><b>Search.</b> Rank centroids, scan the codes of the nearest pages, rerank a few rows from the raw log, fetch items.
 *
 * <p><b>Heap and store.</b> The root of the directory and bits stay in heap while the shard is awake; cells of the directory,
 * pages and items come and go through the {@link HotPageCache}. Items and index entries are written at once, pages and the rest late. The
 * store is only promised to be consistent after {@link #flush}: that is what a checkpoint calls, and after a crash the
 * store is the one of the last checkpoint.
 *
 * <p><b>Damage.</b> Stored bytes that fail their checks never stop the job; an answer they would have belonged to counts
 * them. A damaged scan page or delta faults its page: it is skipped and takes no more rows. A damaged raw page leaves its
 * rows their approximate distance; when it was the newest, the log goes on with the next. A damaged item is left out of
 * answers. Descriptors and centroids are recovered from their pages, the bits of live rows from the index, an index
 * entry from the items. Only a damaged head is refused: without it nothing is known of the shard.
 */
public final class ShardMemory {
    /** Heap of its parts when there is nothing in them, measured. */
    private static final long OBJECT_BYTES = 4_096;

    /** Blocks in heap up to which all of a shard are written back together. */
    private static final int BLOCKS_OF_SMALL = 32;

    private final ShardKey key;
    private final HeadBundle store;
    private final HotPageCache cache;
    private final ChangedShards changedShards;

    private final ShardHead head;
    private final LiveRows live;
    private final PageDirectory directory;
    private final LongObjectHashMap<CachedBlock> resident = new LongObjectHashMap<>();
    private final ShardPages pages;
    private final ShardItems items;
    private final ColdPages cold;
    private final ShardLosses lost;
    private final RawAgeing ageing;
    private final PagePromotion promotion;
    private final ShardProbes probes;
    private final ShardSearch search;
    private final ShardUpkeep upkeep;
    private final IdIndex index;
    private final RawLog log;
    private final ShardWrites writes;

    private boolean changed;
    private boolean awake = true;
    private long reservedBytes;
    private long usedMillis;

    ShardMemory(
            ShardKey key,
            HeadBundle store,
            MemoryLimits limits,
            HotPageCache cache,
            ChangedShards changedShards,
            StepQueue steps,
            SearchScratch scratch,
            RecallSampler sampler,
            UpkeepTotals totals,
            ColdTier coldTier,
            Losses losses,
            LongSupplier clockMillis) {
        this.key = key;
        this.head = store.head();
        this.store = store;
        this.cache = cache;
        this.changedShards = changedShards;
        store.whenChanged(this::noteMaintained);
        this.live = new LiveRows(store, head.nextRow);
        int dimension = head.settings.dimension();
        this.directory = new PageDirectory(store, cache, resident, this::select, scratch.directories, dimension);
        if (!directory.load(head.nextPage)) {
            noteMaintained();
        }
        this.lost = new ShardLosses(losses, this, key, head, live);
        this.cold = new ColdPages(key, head, store, cache, resident, coldTier, lost, this::comeBack);
        this.pages = new ShardPages(
                store,
                cache,
                head.settings,
                limits.scanPageBytesMax(),
                head.rawRowsPerPage,
                resident,
                this::select,
                key.hashCode(),
                limits.profile(),
                cold,
                lost,
                directory,
                scratch.kernels);
        this.items = new ShardItems(store, cache, resident, cold, head.rawRowsPerPage, key.hashCode());
        lost.readFrom(items);
        this.probes = new ShardProbes(head, store, sampler.priors(), scratch.planner);
        ShardRecall recall = new ShardRecall(this, head, directory, pages, live, probes, sampler);
        this.index = new IdIndex(store, head, live, items);
        this.log = new RawLog(head, pages, live);
        this.upkeep = new ShardUpkeep(this, directory, log, steps, totals, coldTier);
        lost.repairCodesBy(upkeep::repair);
        ShardCosts costs = new ShardCosts(scratch.scanTimes(head.settings.code(), dimension));
        PageMaintenance maintenance =
                new PageMaintenance(directory, pages, live, scratch, costs, dimension, upkeep::want, upkeep::recover);
        this.search = new ShardSearch(head, directory, pages, items, live, recall, scratch, costs, upkeep, clockMillis);
        this.writes =
                new ShardWrites(key, head, index, directory, pages, items, live, log, scratch, maintenance, upkeep);
        directory.recoverWith(page -> {
            noteMaintained();
            maintenance.recover(page);
        });
        this.ageing = new RawAgeing(this, key, head, pages, items, live, cold, coldTier, steps);
        this.promotion = new PagePromotion(this, key, pages, items, live, cold, coldTier, steps);
        upkeep.resume(
                store,
                maintenance,
                new RawMover(head, index, items, log, maintenance),
                firstRow -> new ScanRepair(
                        head, directory, pages, items, live, lost, scratch, writes::appendScan, firstRow));
    }

    ShardKey key() {
        return key;
    }

    /** What was decided about the namespace. */
    public NamespaceSettings settings() {
        return head.settings;
    }

    /** Changes what may change: the recall target and the limits. */
    public void alter(NamespaceSettings settings) {
        if (!settings.sameShape(head.settings)) {
            throw new IllegalArgumentException(
                    "'" + key + "' has " + head.settings + ": these cannot become " + settings);
        }
        if (settings.recordsPerSecondMax() != head.settings.recordsPerSecondMax()) {
            head.rate = new RecordRate();
        }
        head.settings = settings;
        noteMaintained();
    }

    /** Makes a namespace that its first record created into one of several partitions. */
    public void adoptPartitions(NamespaceSettings settings) {
        head.settings = settings;
        head.strays = 0;
        for (String id : index.ids()) {
            head.strays += writes.isStray(id) ? 1 : 0;
        }
        noteMaintained();
    }

    /**
     * Adds an item, or replaces the one with its id.
     *
     * @param vector little-endian float32 from the buffer's position on; finite values
     * @param timestampMillis when the record was sent, by Kafka; the limit of records a second goes by it
     */
    public WriteOutcome upsert(Item item, ByteBuffer vector, long timestampMillis) {
        return noteChange(writes.upsert(item, vector, timestampMillis));
    }

    /** As {@link #upsert(Item, ByteBuffer, long)}, sent when it happened. */
    public WriteOutcome upsert(Item item, ByteBuffer vector) {
        return upsert(item, vector, item.eventTimeMillis());
    }

    /** Removes the item with this id. */
    public WriteOutcome delete(String id, ItemVersion version) {
        return noteChange(writes.delete(id, version));
    }

    /** A write of this id went to the partition it belongs to; drops what was kept here before there were partitions. */
    public WriteOutcome supersede(String id, ItemVersion version) {
        return noteChange(writes.supersede(id, version));
    }

    private WriteOutcome noteChange(WriteOutcome outcome) {
        if (outcome == WriteOutcome.APPLIED) {
            noteMaintained();
        }
        return outcome;
    }

    /** Finds the nearest items. The request's vector must have the shard's dimension. */
    public SearchAnswer search(SearchRequest request) {
        List<SearchAnswer> answers = new ArrayList<>(1);
        search.search(List.of(request), answers);
        return answers.get(0);
    }

    /**
     * Answers the first of several requests together, one at least: as many as bring few enough pages into heap.
     *
     * @param answers gets their answers, in order
     */
    public void search(List<SearchRequest> requests, List<SearchAnswer> answers) {
        search.search(requests, answers);
    }

    /** Notes how far the shard has applied a partition of the ingest topic; true when that is news. */
    public boolean advance(int partition, long offset) {
        boolean news = head.applied.advance(partition, offset);
        if (news) {
            noteMaintained();
        }
        return news;
    }

    /** Whether the ingest record at this place has been applied. */
    public boolean reached(int partition, long offset) {
        return head.applied.reached(partition, offset);
    }

    /** Items alive. */
    public long items() {
        return head.items;
    }

    /** Bytes of exact vectors, payloads and metadata of the items alive. */
    public long valueBytes() {
        return head.valueBytes;
    }

    /** Scan pages. */
    public int pages() {
        return directory.size();
    }

    /** Hands every live item and its exact vector (little-endian float32) to the visitor; for audits and exports. */
    public void forEach(ItemVisitor visitor) {
        audit(visitor, fault -> {
            throw new CorruptBlockException(fault);
        });
    }

    /**
     * As {@link #forEach}, and checks the whole way of each item: from the index over its row to a readable exact vector
     * and to the one scan page that finds it.
     *
     * @param faults is told what is wrong, in words; the items concerned are not visited
     */
    public void audit(ItemVisitor visitor, Consumer<String> faults) {
        new ShardAudit(key, head, store, cache, directory, pages, live, cold, items).run(visitor, faults);
    }

    /** Receives one item. */
    @FunctionalInterface
    public interface ItemVisitor {
        void visit(Item item, ByteBuffer vector);
    }

    /** Measured recall of the queries answered lately: of this shard, or while it is small of all of its shape. */
    public RecallEstimate liveRecall() {
        return probes.live();
    }

    /** Whether raw pages of the shard may go cold, now or later. */
    public boolean hasPagesToAge() {
        return ageing.hasCandidates();
    }

    /** Whether its raw pages may go cold and nobody has been told so since it woke. */
    public boolean startsToAge() {
        return ageing.starts();
    }

    /** No raw page may go cold now; {@link #startsToAge} tells of the next. */
    public void restsFromAgeing() {
        ageing.rest();
    }

    /**
     * Begins to look for raw pages that nobody has used for long enough, to send them to object storage.
     *
     * @param nothingLeft runs when it turns out that no page may go one day, but such as will be new
     */
    public void age(Runnable nothingLeft) {
        ageing.pass(nothingLeft);
    }

    /** A page of the shard was stored in a segment: lets go of the copy above. Whether it left the warm tier so. */
    boolean stored(Segment.Entry entry, Segment.Content content, long segmentBytes) {
        if (content.from() == null) {
            return ageing.stored(entry, content, segmentBytes);
        }
        ageing.moved(entry, content.from(), segmentBytes);
        return false;
    }

    private void comeBack(long page) {
        promotion.want(page);
    }

    /** Where a raw page lies in object storage, or null when it does not. */
    ColdPage coldPage(long page) {
        return cold.at(page);
    }

    /** Lets go of its pages, in object storage, too: the shard is about to be erased. */
    void leaveCold() {
        log.count(Integer.MAX_VALUE);
        cold.leaveAll(log.storedPages());
    }

    /** When it was last asked for, in milliseconds since the epoch. */
    long usedMillis() {
        return usedMillis;
    }

    void use(long nowMillis) {
        usedMillis = nowMillis;
    }

    /** Splits and merges since the shard woke. */
    public long reorganisations() {
        return upkeep.reorganisations();
    }

    /** Notes that work between operations changed something that {@link #flush} must store. */
    void noteMaintained() {
        if (!changed && awake) {
            changed = true;
            changedShards.add(this);
        }
    }

    boolean awake() {
        return awake;
    }

    /** Tells that bytes are lost; false when there is nothing to tell. */
    boolean lost(Losses.Place place, String reason) {
        return lost.tell(place, reason);
    }

    void select() {
        store.select(key);
    }

    /** Stores all that changed beside pages; pages are the cache's to write back, and must be written back before. */
    void flush() {
        if (!changed) {
            return;
        }
        select();
        live.flush();
        directory.flush();
        upkeep.flush(store);
        probes.flush();
        cold.flush();
        head.nextPage = directory.nextPage();
        store.write();
        changed = false;
        changedShards.remove(this);
    }

    /** Stores all that changed, the pages of a small shard included; those of a large one are the cache's to write back. */
    void storeBehind() {
        if (resident.size() <= BLOCKS_OF_SMALL) {
            writeBack();
        }
        flush();
    }

    private void writeBack() {
        for (ObjectCursor<CachedBlock> block : resident.values()) {
            cache.writeBack(block.value);
        }
    }

    /** Leaves the heap; everything is stored first. */
    void sleep() {
        writeBack();
        flush();
        leaveHeap();
    }

    /** Leaves the heap; nothing is stored. */
    void leaveHeap() {
        for (ObjectCursor<CachedBlock> block : resident.values()) {
            cache.remove(block.value);
        }
        resident.clear();
        cache.reserve(-reservedBytes);
        reservedBytes = 0;
        awake = false;
        changedShards.remove(this);
        upkeep.retire();
        promotion.retire();
    }

    /** Tells the cache what the shard holds beside blocks, and the gauges how its upkeep stands. */
    void reserve() {
        long bytes = OBJECT_BYTES
                + store.heapBytes()
                + live.heapBytes()
                + directory.heapBytes()
                + probes.heapBytes()
                + cold.heapBytes()
                + 16L * resident.size();
        cache.reserve(bytes - reservedBytes);
        reservedBytes = bytes;
        upkeep.report();
    }
}
