// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cache.BlockValue;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.page.CorruptPageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Upserts and deletes of one shard: decides by version what applies, then touches index, rows and pages. */
final class ShardWrites {
    private final ShardKey key;
    private final ShardHead head;
    private final IdIndex index;
    private final PageDirectory directory;
    private final ShardPages pages;
    private final ShardItems items;
    private final LiveRows live;
    private final RawLog log;
    private final SearchScratch scratch;
    private final PageMaintenance maintenance;
    private final ShardUpkeep upkeep;

    ShardWrites(
            ShardKey key,
            ShardHead head,
            IdIndex index,
            PageDirectory directory,
            ShardPages pages,
            ShardItems items,
            LiveRows live,
            RawLog log,
            SearchScratch scratch,
            PageMaintenance maintenance,
            ShardUpkeep upkeep) {
        this.key = key;
        this.head = head;
        this.index = index;
        this.directory = directory;
        this.pages = pages;
        this.items = items;
        this.live = live;
        this.log = log;
        this.scratch = scratch;
        this.maintenance = maintenance;
        this.upkeep = upkeep;
    }

    WriteOutcome upsert(Item item, ByteBuffer vector, long timestampMillis) {
        int dimension = head.settings.dimension();
        if (vector.remaining() != dimension * Float.BYTES) {
            return WriteOutcome.WRONG_DIMENSION;
        }
        float[] values = scratch.incoming(dimension);
        vector.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, 0, dimension);
        double norm = UnitLength.norm(values, dimension);
        if (norm == 0 && head.settings.metric() == Metric.COSINE) {
            return WriteOutcome.ZERO_VECTOR;
        }
        IndexEntry replaced = index.entry(item.id());
        IndexEntry earlier = replaced == null ? index.tombstone(item.id()) : replaced;
        if (earlier != null && !item.version().supersedes(earlier.version())) {
            return WriteOutcome.SUPERSEDED;
        }
        if (replaced == null && full()) {
            return WriteOutcome.ITEMS_LIMIT;
        }
        if (tooLarge(item.valueBytes(dimension), replaced)) {
            return WriteOutcome.BYTES_LIMIT;
        }
        if (tooFast(timestampMillis)) {
            return WriteOutcome.RATE_LIMIT;
        }
        if (replaced != null) {
            kill(item.id(), replaced);
        } else if (earlier != null) {
            index.unbury(item.id());
        }
        insert(item.withVersion(item.version().over(earlier == null ? null : earlier.version())), values, norm);
        return WriteOutcome.APPLIED;
    }

    WriteOutcome delete(String id, ItemVersion version) {
        IndexEntry entry = index.entry(id);
        IndexEntry earlier = entry == null ? index.tombstone(id) : entry;
        if (earlier != null && !version.supersedes(earlier.version())) {
            return WriteOutcome.SUPERSEDED;
        }
        ItemVersion floor = version.over(earlier == null ? null : earlier.version());
        if (floor.hasExplicit()) {
            index.bury(id, floor);
        }
        if (entry == null) {
            return WriteOutcome.NOT_FOUND;
        }
        index.remove(id);
        kill(id, entry);
        return WriteOutcome.APPLIED;
    }

    WriteOutcome supersede(String id, ItemVersion version) {
        IndexEntry entry = head.strays == 0 ? null : index.entry(id);
        if (entry == null) {
            return WriteOutcome.NOT_FOUND;
        }
        if (!version.supersedes(entry.version())) {
            return WriteOutcome.SUPERSEDED;
        }
        index.remove(id);
        kill(id, entry);
        return WriteOutcome.APPLIED;
    }

    /** Whether an id belongs to another partition of the namespace. */
    boolean isStray(String id) {
        return ShardKey.partitionOf(id, head.settings.partitions()) != key.partition();
    }

    private boolean full() {
        long itemsMax = head.settings.itemsMax();
        return itemsMax > 0 && head.items >= share(itemsMax);
    }

    /** Whether there is no room for a value of so many bytes; there always is for one no larger than what it replaces. */
    private boolean tooLarge(int bytes, IndexEntry replaced) {
        int freed = replaced == null ? 0 : replaced.valueBytes(head.settings.dimension());
        long bytesMax = head.settings.bytesMax();
        return bytesMax > 0 && bytes > freed && head.valueBytes - freed + bytes > share(bytesMax);
    }

    /** This shard's part of a limit of the namespace. */
    private long share(long max) {
        int partitions = head.settings.partitions();
        return max / partitions + (max % partitions > 0 ? 1 : 0);
    }

    /** Whether the record is one too many for its second; if not, it counts. */
    private boolean tooFast(long timestampMillis) {
        int perSecondMax = head.settings.recordsPerSecondMax();
        return perSecondMax > 0 && !head.rate.take(timestampMillis, perSecondMax, head.settings.partitions());
    }

    private void insert(Item item, float[] values, double norm) {
        long row = log.append(values);
        items.put(row, item);
        int bytes = item.valueBytes(head.settings.dimension());
        index.put(item.id(), new IndexEntry(row, item.version(), bytes));
        live.setAlive(row);
        head.items++;
        head.valueBytes += bytes;
        head.strays += isStray(item.id()) ? 1 : 0;
        if (head.settings.metric() == Metric.COSINE) {
            UnitLength.scale(values, head.settings.dimension(), norm);
        }
        appendScan(row, values, item.importanceOr(BlockValue.ORDINARY_IMPORTANCE));
    }

    /** Adds a row to the scan page with the nearest centroid, past damaged ones. */
    void appendScan(long row, float[] values, float importance) {
        while (true) {
            PageDescriptor descriptor = directory.nearest(values);
            try {
                PageBuffer buffer = descriptor == null ? newScan(values) : pages.scan(descriptor);
                if (buffer.page.isFull()) {
                    upkeep.makeRoom(descriptor);
                    if (!buffer.page.isFull() || !descriptor.takesRows()) {
                        continue;
                    }
                    buffer =
                            roomFor(values); // a page of a single row cannot be divided, and one with cold rows not now
                }
                pages.append(buffer, row, values, importance);
                maintenance.grew(buffer);
                return;
            } catch (CorruptPageException e) {
                // the page is marked as faulted, so that another is nearest now
            }
        }
    }

    private PageBuffer roomFor(float[] values) throws CorruptPageException {
        for (PageDescriptor near : directory.nearest(values, PageMerge.CANDIDATES)) {
            PageBuffer buffer = near.takesRows() ? pages.scan(near) : null;
            if (buffer != null && !buffer.page.isFull()) {
                return buffer;
            }
        }
        return newScan(values);
    }

    private PageBuffer newScan(float[] centroid) {
        return pages.createScan(directory.add(centroid), 1);
    }

    /** Marks a row dead and frees what only it used. */
    private void kill(String id, IndexEntry entry) {
        long row = entry.row();
        live.setDead(row);
        head.items--;
        head.valueBytes = Math.max(0, head.valueBytes - entry.valueBytes(head.settings.dimension()));
        head.strays -= isStray(id) ? 1 : 0;
        items.remove(row);
        PageDescriptor probablyIn = pageOf(row);
        log.died(row);
        upkeep.afterDeath(probablyIn);
    }

    /** The page whose centroid is nearest to a row now; the row may have been left in another. */
    private PageDescriptor pageOf(long row) {
        try {
            float[] vector = scratch.moving(head.settings.dimension());
            pages.exact(row, vector);
            return directory.nearest(vector);
        } catch (CorruptPageException | ColdBlockException e) {
            return null;
        }
    }
}
