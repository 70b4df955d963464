// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.cache.CachedBlock;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.Frame;
import java.nio.ByteBuffer;

/**
 * What a shard knows of one of its scan pages without reading it (SPEC row DP3): size, tier, last access, access count,
 * importance, dirty, pinned. It lives in the heap while its shard is awake.
 */
public final class PageDescriptor {
    private static final int BODY_BYTES = 4 + 4 + 8 + 8 + 4 + 4 + 1;

    /** Rows of a page whose descriptor was damaged, until the page itself was read. */
    public static final int ROWS_UNKNOWN = -1;

    private final int page;
    private int rows;
    private int deadRowsHint;
    private long lastAccessMillis;
    private long accesses;
    private float importance;
    private boolean pinned;

    private int position;
    private String fault;
    private boolean removed;
    private boolean maintenanceQueued;
    private boolean changed = true;
    private CachedBlock resident;

    PageDescriptor(int page) {
        this.page = page;
    }

    /** Number of the page within the shard: the low half of its address. */
    public int page() {
        return page;
    }

    /** Place in the directory's centroid matrix; changes when pages are removed. */
    public int position() {
        return position;
    }

    void setPosition(int position) {
        this.position = position;
    }

    /** Rows in the page, dead ones included, or {@link #ROWS_UNKNOWN}. */
    public int rows() {
        return rows;
    }

    public void setRows(int rows) {
        this.rows = rows;
        changed = true;
    }

    /** Deletions that probably hit this page since it was last cleaned; exact counts need the page itself. */
    public int deadRowsHint() {
        return deadRowsHint;
    }

    public void setDeadRowsHint(int deadRowsHint) {
        this.deadRowsHint = deadRowsHint;
        changed = true;
    }

    /** Notes that a query scanned the page. */
    public void accessed(long nowMillis) {
        lastAccessMillis = nowMillis;
        accesses++;
    }

    public long lastAccessMillis() {
        return lastAccessMillis;
    }

    public long accesses() {
        return accesses;
    }

    public float importance() {
        return importance;
    }

    public boolean pinned() {
        return pinned;
    }

    /** The page in heap, or null while it lies below. */
    public CachedBlock resident() {
        return resident;
    }

    public void setResident(CachedBlock resident) {
        this.resident = resident;
    }

    /** Its stored bytes could not be read: it is skipped and every answer that would have used it says so. */
    public boolean faulted() {
        return fault != null;
    }

    /** What is wrong with the stored bytes, or null. */
    public String fault() {
        return fault;
    }

    public void setFaulted(String fault) {
        this.fault = fault;
    }

    /** Whether the page was merged away: it is in no directory any more. */
    public boolean removed() {
        return removed;
    }

    void setRemoved() {
        removed = true;
    }

    /** Whether a split or clean-up of this page waits in the step queue. */
    public boolean maintenanceQueued() {
        return maintenanceQueued;
    }

    public void setMaintenanceQueued(boolean queued) {
        maintenanceQueued = queued;
    }

    boolean changed() {
        return changed;
    }

    byte[] write() {
        ByteBuffer body = Frame.body(BODY_BYTES);
        body.putInt(rows).putInt(deadRowsHint).putLong(lastAccessMillis).putLong(accesses);
        body.putFloat(importance).putInt(page).put((byte) (pinned ? 1 : 0));
        changed = false;
        return Frame.seal(BlockKind.DESCRIPTOR, body);
    }

    /** Stands in for a descriptor whose stored bytes are damaged. */
    static PageDescriptor lost(int page) {
        PageDescriptor descriptor = new PageDescriptor(page);
        descriptor.rows = ROWS_UNKNOWN;
        return descriptor;
    }

    static PageDescriptor read(byte[] stored) {
        ByteBuffer body = Frame.open(BlockKind.DESCRIPTOR, stored);
        int rows = body.getInt();
        int deadRowsHint = body.getInt();
        long lastAccessMillis = body.getLong();
        long accesses = body.getLong();
        float importance = body.getFloat();
        PageDescriptor descriptor = new PageDescriptor(body.getInt());
        descriptor.rows = rows;
        descriptor.deadRowsHint = deadRowsHint;
        descriptor.lastAccessMillis = lastAccessMillis;
        descriptor.accesses = accesses;
        descriptor.importance = importance;
        descriptor.pinned = body.get() != 0;
        descriptor.changed = false;
        return descriptor;
    }

    /** Key of this page's descriptor block. */
    long descriptorKey() {
        return BlockKey.of(BlockKind.DESCRIPTOR, page);
    }
}
