// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.dormouse.state.cache.BlockOwner;
import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.cold.ColdFetches;
import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdPage;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.CorruptColdException;
import io.dormouse.state.cold.PackedPayloads;
import io.dormouse.state.cold.WarmUse;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.shard.Losses.What;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.Frame;
import io.dormouse.state.store.WarmStore;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.LongConsumer;

/**
 * Which raw pages of one shard lie in object storage, which were used of late, and the way to the bytes of the cold ones.
 *
 * <p>The reference that lies in a page's place in the warm tier decides whether it is cold. The bits here say the same of
 * all pages at once, for those who look for pages to move; they are read when first asked for, and made anew from the
 * references when damaged.
 */
final class ColdPages implements BlockOwner {
    private static final long TIERS_KEY = BlockKey.of(BlockKind.TIERS, 0);

    /** From this importance on an item's page comes back the first time it is needed. */
    private static final float IMPORTANCE_HIGH = 0.8f;

    private final ShardKey key;
    private final ShardHead head;
    private final WarmStore store;
    private final HotPageCache cache;
    private final LongObjectHashMap<CachedBlock> resident;
    /** Null when the job has no cold tier. */
    private final ColdTier tier;

    /** Null when the job has no cold tier. */
    private final WarmUse warm;

    private final LongConsumer wanted;
    private final ShardLosses lost;
    private BitSet cold;
    private boolean changed;

    /**
     * @param resident blocks of the shard in heap, by key
     * @param tier null when the job has no cold tier
     * @param lost is told of what is lost for good
     * @param wanted is told of pages that should be warm: needed again before they might have gone cold, or with an item of importance {@value #IMPORTANCE_HIGH} or more among the hits (SPEC row DP4)
     */
    ColdPages(
            ShardKey key,
            ShardHead head,
            WarmStore store,
            HotPageCache cache,
            LongObjectHashMap<CachedBlock> resident,
            ColdTier tier,
            ShardLosses lost,
            LongConsumer wanted) {
        this.key = key;
        this.head = head;
        this.store = store;
        this.cache = cache;
        this.resident = resident;
        this.tier = tier;
        this.warm = tier == null ? null : tier.warmUses().of(key);
        this.wanted = wanted;
        this.lost = lost;
    }

    /** Notes that a raw page is used. */
    void use(long page) {
        if (tier != null) {
            tier.pageUses().use(key.hashCode(), page);
        }
    }

    /** Notes that a raw page is begun. */
    void begun() {
        pagesCame(1);
    }

    private void pagesCame(int pages) {
        if (warm != null) {
            warm.pages((long) pages * head.rawRowsPerPage * (head.settings.dimension() * Float.BYTES + Long.BYTES));
        }
    }

    /** What the shard's key group holds in the warm tier; null when the job has no cold tier. */
    WarmUse warm() {
        return warm;
    }

    /**
     * The vectors of a page, by the reference that was found in its place.
     *
     * @throws ColdBlockException when they have not been fetched
     * @throws CorruptPageException when they are lost: nowhere, or not what was written
     */
    byte[] vectors(long page, byte[] reference) throws ColdBlockException, CorruptPageException {
        return fetched(page, What.VECTORS, read(reference).vectors());
    }

    /** What it is worth to have a page in heap: what it would cost to read it again. */
    BlockValue value(long page) {
        return tier != null && isCold(page) ? tier.value() : BlockValue.ORDINARY;
    }

    /** A page came into heap for a query. One that is cold though it was used a short while ago had better be warm. */
    void cameUp(long page) {
        if (tier != null
                && isCold(page)
                && tier.pageUses().idleMillis(key.hashCode(), page)
                        < tier.warmLimits().eligibleMillis()) {
            wanted.accept(page);
        }
    }

    /** An item of this importance is among the hits: its page is in use, and if it is cold it had perhaps better be warm. */
    void hit(long row, float importance) {
        long page = row / head.rawRowsPerPage;
        use(page);
        if (tier != null && importance >= IMPORTANCE_HIGH && isCold(page)) {
            wanted.accept(page);
        }
    }

    /**
     * The payload of a row whose item says that it lies in object storage; null when there is none.
     *
     * @throws ColdBlockException when it has not been fetched
     * @throws CorruptPageException when it is lost
     */
    byte[] payload(long page, int place) throws ColdBlockException, CorruptPageException {
        CachedBlock block = resident.get(BlockKey.of(BlockKind.COLD, page));
        if (block == null) {
            block = cachePayloads(page);
        }
        cache.touch(block);
        return ((PackedPayloads) block.content()).find(place);
    }

    private CachedBlock cachePayloads(long page) throws ColdBlockException, CorruptPageException {
        ColdPage at = reference(page);
        ColdRange range = at == null ? null : at.payloads();
        if (range == null) {
            throw new CorruptPageException("payloads of raw page " + page + " of " + key + " are said to be cold, but"
                    + " nothing says where they are");
        }
        PackedPayloads packed = unpack(fetched(page, What.PAYLOADS, range));
        CachedBlock block = new CachedBlock(this, BlockKey.of(BlockKind.COLD, page), packed);
        cache.add(block, packed.heapBytes(), value(page));
        resident.put(block.key(), block);
        return block;
    }

    private static PackedPayloads unpack(byte[] packed) throws CorruptPageException {
        try {
            return new PackedPayloads(packed);
        } catch (CorruptColdException e) {
            throw new CorruptPageException(e.getMessage());
        }
    }

    @Override
    public int fingerprint() {
        return key.hashCode();
    }

    @Override
    public void writeBack(CachedBlock block) {
        throw new IllegalStateException("what came from object storage never changes, so it is never dirty");
    }

    @Override
    public void evicted(CachedBlock block) {
        resident.remove(block.key());
    }

    private byte[] fetched(long page, What what, ColdRange range) throws ColdBlockException, CorruptPageException {
        if (tier == null) {
            throw new CorruptPageException(range + " is cold, and this job has no cold tier: set memory.cold-path");
        }
        byte[] bytes = tier.fetches().bytes(range);
        if (bytes != null) {
            return bytes;
        }
        ColdFetches.Failure failure = tier.fetches().failure(range);
        if (failure != null && failure.lost()) {
            Losses.Place place = new Losses.Place(key, what, page);
            if (lost.isNews(place)) {
                tier.suspects().add(range, place);
            }
            throw new CorruptPageException("lost: " + failure.reason());
        }
        throw new ColdBlockException(range);
    }

    private static ColdPage read(byte[] reference) throws CorruptPageException {
        try {
            return ColdPage.read(reference);
        } catch (CorruptBlockException e) {
            throw new CorruptPageException(e.getMessage());
        }
    }

    /** The reference in the place of a page, or null when there is none. */
    private ColdPage reference(long page) throws CorruptPageException {
        byte[] stored = store.block(BlockKey.of(BlockKind.RAW, page));
        return stored == null || !ColdPage.isReference(stored) ? null : read(stored);
    }

    /** Where a page lies in object storage; null when it does not, is coming back, or its reference is damaged. */
    ColdPage at(long page) {
        try {
            return isCold(page) ? reference(page) : null;
        } catch (CorruptPageException e) {
            return null;
        }
    }

    /**
     * What must be fetched before the vectors of a page can be read; null when it is not cold, has come, or is lost.
     */
    ColdRange lacking(long page) {
        ColdPage at = at(page);
        if (at == null || tier == null || tier.fetches().bytes(at.vectors()) != null) {
            return null;
        }
        ColdFetches.Failure failure = tier.fetches().failure(at.vectors());
        return failure != null && failure.lost() ? null : at.vectors();
    }

    /** Whether the page lies in object storage. */
    boolean isCold(long page) {
        return bits().get((int) page);
    }

    /** Cold pages. */
    int count() {
        return bits().cardinality();
    }

    /** The first page from here on that is not cold. */
    long nextWarm(long page) {
        return bits().nextClearBit((int) page);
    }

    /** A page lies in object storage from now on. */
    void wentCold(long page, ColdPage at, long segmentBytes) {
        store.putBlock(BlockKey.of(BlockKind.RAW, page), at.write());
        mark(page, true);
        pagesCame(-1);
        tier.uses().added(key, at, segmentBytes);
    }

    /** A page was copied to another segment; false when it is no longer where it was copied from. */
    boolean moved(long page, ColdPage from, ColdPage to, long segmentBytes) {
        if (!from.equals(at(page))) {
            return false;
        }
        store.putBlock(BlockKey.of(BlockKind.RAW, page), to.write());
        FaultPoint.PAGE_MOVED.reached();
        tier.uses().added(key, to, segmentBytes);
        tier.uses().released(key, from);
        return true;
    }

    /** A need for ranges of this shard, or null when the job has no cold tier. */
    ColdNeed need() {
        return tier == null ? null : tier.fetches().need(() -> {});
    }

    /** A page is stored in the warm tier again. */
    void cameBack(long page) {
        leave(page);
        pagesCame(1);
    }

    /** A page is gone: none of its rows is alive. */
    void removed(long page) {
        if (isCold(page)) {
            leave(page);
        } else {
            pagesCame(-1);
        }
    }

    private void leave(long page) {
        ColdPage at = at(page); // when damaged, its segment counts as fuller than it is, and is rewritten later
        mark(page, false);
        if (at != null && tier != null) {
            tier.uses().released(key, at);
        }
    }

    private void mark(long page, boolean isCold) {
        bits().set((int) page, isCold);
        changed = true;
    }

    /**
     * Lets go of all pages: the shard is erased.
     *
     * @param stored raw pages of the shard, cold and warm
     */
    void leaveAll(long stored) {
        BitSet all = (BitSet) bits().clone();
        pagesCame((int) (all.cardinality() - stored));
        for (int page = all.nextSetBit(0); page >= 0; page = all.nextSetBit(page + 1)) {
            leave(page);
        }
        if (warm != null) {
            warm.itemsRemoved(head.items);
        }
    }

    private BitSet bits() {
        if (cold == null) {
            cold = readBits();
        }
        return cold;
    }

    private BitSet readBits() {
        byte[] stored = store.block(TIERS_KEY);
        if (stored == null) {
            return new BitSet();
        }
        try {
            return BitSet.valueOf(Frame.open(BlockKind.TIERS, stored));
        } catch (CorruptBlockException e) {
            return fromReferences();
        }
    }

    private BitSet fromReferences() {
        BitSet found = new BitSet();
        long pages = (head.nextRow + head.rawRowsPerPage - 1) / head.rawRowsPerPage;
        for (int page = 0; page < pages; page++) {
            byte[] stored = store.block(BlockKey.of(BlockKind.RAW, page));
            found.set(page, stored != null && ColdPage.isReference(stored));
        }
        changed = true;
        return found;
    }

    void flush() {
        if (!changed) {
            return;
        }
        changed = false;
        if (cold.isEmpty()) {
            store.removeBlock(TIERS_KEY);
            return;
        }
        byte[] bytes = cold.toByteArray();
        ByteBuffer body = Frame.body(bytes.length);
        body.put(bytes);
        store.putBlock(TIERS_KEY, Frame.seal(BlockKind.TIERS, body));
    }

    /** Heap held, roughly, in bytes. */
    int heapBytes() {
        return 160 + (cold == null ? 0 : cold.size() / 8);
    }
}
