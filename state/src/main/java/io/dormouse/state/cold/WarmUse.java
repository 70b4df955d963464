// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.cold;

/**
 * What the shards of one key group hold in the warm tier of what could go cold: raw pages and items. Pages are counted
 * exactly. An item that goes is not read first, so it counts as one of mean size.
 */
public final class WarmUse {
    long pageBytes;
    long items;
    long itemBytes;
    boolean changed;

    /** Raw pages came, or with a negative number left. */
    public void pages(long bytes) {
        pageBytes = Math.max(0, pageBytes + bytes);
        changed = true;
    }

    /** An item came. */
    public void itemAdded(int bytes) {
        items++;
        itemBytes += bytes;
        changed = true;
    }

    /** Items were removed. */
    public void itemsRemoved(long count) {
        if (items > 0) {
            long removed = Math.min(items, count);
            itemBytes -= itemBytes / items * removed;
            items -= removed;
            itemBytes = items == 0 ? 0 : itemBytes;
            changed = true;
        }
    }

    /** An item became larger, or with a negative number smaller. */
    public void itemGrew(int bytes) {
        itemBytes = Math.max(0, itemBytes + bytes);
        changed = true;
    }

    /** All of it, in bytes. */
    long bytes() {
        return pageBytes + itemBytes;
    }
}
