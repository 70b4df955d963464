// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.cache.CachedBlock;
import java.nio.ByteBuffer;

/**
 * What a shard knows of one of its scan pages without reading it (SPEC row DP3): size, tier, last access, access count,
 * importance, dirty, pinned. It lives in the heap while its shard is awake.
 */
public final class PageDescriptor {
    /** Bytes of its stored form. */
    static final int STORED_BYTES = 4 + 4 + 8 + 8 + 4 + 4 + 1;

    /** Heap that it occupies, roughly. */
    static final int HEAP_BYTES = 96;

    /** Rows of a page whose descriptor was damaged, until the page itself was read. */
    public static final int ROWS_UNKNOWN = -1;

    private static final int ROWS_OF_MEAN = 64;

    private final int page;
    private int rows;
    private int deadRowsHint;
    private long lastAccessMillis;
    private long accesses;
    private float importance;
    private boolean pinned;

    private DirectoryCell cell;
    private int position;
    private String fault;
    private boolean gone;
    private boolean maintenanceQueued;
    private PageState state = PageState.READY;
    private double heat;
    private int heatWindow;
    private CachedBlock resident;

    PageDescriptor(int page) {
        this.page = page;
    }

    /** Number of the page within the shard: the low half of its address. */
    public int page() {
        return page;
    }

    /** Row of its centroid in its cell; changes when pages are removed. */
    int position() {
        return position;
    }

    DirectoryCell cell() {
        return cell;
    }

    /** A page that goes to another cell is no longer found where it waits for maintenance, and must be queued again. */
    void place(DirectoryCell cell, int position) {
        maintenanceQueued &= cell == this.cell;
        this.cell = cell;
        this.position = position;
    }

    /** Rows in the page, dead ones included, or {@link #ROWS_UNKNOWN}. */
    public int rows() {
        return rows;
    }

    public void setRows(int rows) {
        if (this.rows != rows) {
            this.rows = rows;
            noteChanged();
        }
    }

    /** Deletions that probably hit this page since it was last cleaned; exact counts need the page itself. */
    public int deadRowsHint() {
        return deadRowsHint;
    }

    public void setDeadRowsHint(int deadRowsHint) {
        if (this.deadRowsHint != deadRowsHint) {
            this.deadRowsHint = deadRowsHint;
            noteChanged();
        }
    }

    private void noteChanged() {
        if (cell != null && !gone) {
            cell.notePagesChanged();
        }
    }

    /** Notes that a query scanned the page. */
    public void accessed(long nowMillis) {
        lastAccessMillis = nowMillis;
        accesses++;
    }

    /**
     * Scans of the page, halved with every window of queries that has passed; in heap only.
     *
     * @param window the window that goes on now
     * @param scans to be added
     */
    public double heat(int window, int scans) {
        if (window != heatWindow) {
            heat = Math.scalb(heat, heatWindow - window);
            heatWindow = window;
        }
        heat += scans;
        return heat;
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

    /** A row of this importance came; the page's is the mean of about the last {@value #ROWS_OF_MEAN} rows that did. */
    public void rowCame(float rowImportance) {
        importance += (rowImportance - importance) / Math.min(Math.max(1, rows), ROWS_OF_MEAN);
        noteChanged();
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

    /**
     * Whether this object describes its page no more: the page was merged away, or its cell left the heap. Whoever has held
     * it over other work lets it go.
     */
    public boolean gone() {
        return gone;
    }

    void setGone() {
        gone = true;
    }

    /** What maintenance is doing with the page; not stored, since the ledger of outstanding work tells it. */
    public PageState state() {
        return state;
    }

    public void setState(PageState state) {
        this.state = state;
    }

    /** Whether rows may be added to the page. */
    public boolean takesRows() {
        return fault == null && state != PageState.DRAINING;
    }

    /** Number of the cell that the page is in now; it may move to another. */
    public int cellNumber() {
        return cell.number;
    }

    /** Whether the page waits to be looked at by maintenance. */
    public boolean maintenanceQueued() {
        return maintenanceQueued;
    }

    public void setMaintenanceQueued(boolean queued) {
        maintenanceQueued = queued;
    }

    /** Stands in for a descriptor whose stored bytes are damaged. */
    static PageDescriptor lost(int page) {
        PageDescriptor descriptor = new PageDescriptor(page);
        descriptor.rows = ROWS_UNKNOWN;
        return descriptor;
    }

    /** Writes {@link #STORED_BYTES} bytes. */
    void write(ByteBuffer out) {
        out.putInt(rows).putInt(deadRowsHint).putLong(lastAccessMillis).putLong(accesses);
        out.putFloat(importance).putInt(page).put((byte) (pinned ? 1 : 0));
    }

    /** Reads what {@link #write} wrote. */
    static PageDescriptor read(ByteBuffer in) {
        int rows = in.getInt();
        int deadRowsHint = in.getInt();
        long lastAccessMillis = in.getLong();
        long accesses = in.getLong();
        float importance = in.getFloat();
        PageDescriptor descriptor = new PageDescriptor(in.getInt());
        descriptor.rows = rows;
        descriptor.deadRowsHint = deadRowsHint;
        descriptor.lastAccessMillis = lastAccessMillis;
        descriptor.accesses = accesses;
        descriptor.importance = importance;
        descriptor.pinned = in.get() != 0;
        return descriptor;
    }
}
