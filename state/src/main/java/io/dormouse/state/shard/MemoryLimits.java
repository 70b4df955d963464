// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

/**
 * Bounds of one operator's memory.
 *
 * @param hotBytesMax heap for hot pages, items and the directories of awake shards
 * @param dirtyBytesMax changed bytes not yet stored
 * @param scanPageBytesMax size of a scan page, at most 65,536
 * @param rawPageBytesMax size of a raw page; a row larger than that has a page to itself
 */
public record MemoryLimits(long hotBytesMax, long dirtyBytesMax, int scanPageBytesMax, int rawPageBytesMax) {
    /** Largest scan page, header included. */
    public static final int SCAN_PAGE_BYTES_MAX = 65_536;

    public MemoryLimits {
        if (scanPageBytesMax < 1024 || scanPageBytesMax > SCAN_PAGE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "memory.scan-page-bytes is " + scanPageBytesMax + ": choose 1024 to " + SCAN_PAGE_BYTES_MAX);
        }
        if (rawPageBytesMax < 1024 || rawPageBytesMax > 1 << 20) {
            throw new IllegalArgumentException(
                    "memory.raw-page-bytes is " + rawPageBytesMax + ": choose 1024 to " + (1 << 20));
        }
    }

    /** Sensible bounds for a heap of this many bytes for hot pages. */
    public static MemoryLimits ofHotBytes(long hotBytesMax) {
        return new MemoryLimits(hotBytesMax, 4L << 20, SCAN_PAGE_BYTES_MAX, 16_384);
    }

    /** Rows of a raw page of this dimension. */
    int rawRowsPerPage(int dimension) {
        return Math.max(1, rawPageBytesMax / (dimension * Float.BYTES + 16));
    }
}
