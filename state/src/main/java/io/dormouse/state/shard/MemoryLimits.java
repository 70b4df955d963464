// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.kernel.Code;
import io.dormouse.state.page.PageKind;
import io.dormouse.state.page.Profile;
import io.dormouse.state.page.VectorPage;
import java.util.Objects;

/**
 * Bounds of one operator's memory.
 *
 * @param hotBytesMax heap for hot pages, items and the directories of awake shards
 * @param dirtyBytesMax changed bytes not yet stored
 * @param scanPageBytesMax size of a scan page, at most 65,536
 * @param rawPageBytesMax size of a raw page; a row larger than that has a page to itself
 * @param profile what pages may need of their reader
 * @param headBytesMax small blocks that are stored in one value with the head of their shard, beside four vectors; 0 = none
 * @param idleMillisMax a shard that nobody has used for longer leaves the heap
 */
public record MemoryLimits(
        long hotBytesMax,
        long dirtyBytesMax,
        int scanPageBytesMax,
        int rawPageBytesMax,
        Profile profile,
        int headBytesMax,
        long idleMillisMax) {
    /** Largest scan page, header included. */
    public static final int SCAN_PAGE_BYTES_MAX = 65_536;

    /** Room for the directory of a page or two, and for the pages of a namespace of a few items. */
    private static final int HEAD_BYTES_MAX = 2_048;

    /** When SPEC row DP4 has pages leave whatever room there is. */
    private static final long IDLE_MILLIS_MAX = 300_000;

    public MemoryLimits {
        if (headBytesMax < 0) {
            throw new IllegalArgumentException("bytes beside a head are " + headBytesMax + "; expected at least 0");
        }
        if (idleMillisMax < 1) {
            throw new IllegalArgumentException("memory.idle-after is " + idleMillisMax + " ms: choose at least 1 ms");
        }
        Objects.requireNonNull(profile, "profile");
        if (scanPageBytesMax < 1024 || scanPageBytesMax > SCAN_PAGE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "memory.scan-page-bytes is " + scanPageBytesMax + ": choose 1024 to " + SCAN_PAGE_BYTES_MAX);
        }
        if (rawPageBytesMax < 1024 || rawPageBytesMax > 1 << 20) {
            throw new IllegalArgumentException(
                    "memory.raw-page-bytes is " + rawPageBytesMax + ": choose 1024 to " + (1 << 20));
        }
        if (rawPageBytesMax > profile.pageBytesMax()) {
            throw new IllegalArgumentException("memory.raw-page-bytes is " + rawPageBytesMax + ": under memory.profile "
                    + profile + " choose at most " + profile.pageBytesMax());
        }
    }

    /** Bounds with the usual size of heads and time to fall asleep. */
    public MemoryLimits(
            long hotBytesMax, long dirtyBytesMax, int scanPageBytesMax, int rawPageBytesMax, Profile profile) {
        this(hotBytesMax, dirtyBytesMax, scanPageBytesMax, rawPageBytesMax, profile, HEAD_BYTES_MAX, IDLE_MILLIS_MAX);
    }

    /** The same for pages that may need anything of their reader. */
    public MemoryLimits(long hotBytesMax, long dirtyBytesMax, int scanPageBytesMax, int rawPageBytesMax) {
        this(hotBytesMax, dirtyBytesMax, scanPageBytesMax, rawPageBytesMax, Profile.FULL);
    }

    /** These with other bounds of what lies with a head. */
    public MemoryLimits withHeadBytes(int headBytes) {
        return new MemoryLimits(
                hotBytesMax, dirtyBytesMax, scanPageBytesMax, rawPageBytesMax, profile, headBytes, idleMillisMax);
    }

    /** These with another time after which an unused shard falls asleep. */
    public MemoryLimits withIdleMillis(long idleMillis) {
        return new MemoryLimits(
                hotBytesMax, dirtyBytesMax, scanPageBytesMax, rawPageBytesMax, profile, headBytesMax, idleMillis);
    }

    /** Sensible bounds for a heap of this many bytes for hot pages. */
    public static MemoryLimits ofHotBytes(long hotBytesMax) {
        return new MemoryLimits(hotBytesMax, 4L << 20, SCAN_PAGE_BYTES_MAX, 16_384);
    }

    /** Rows of a raw page of this dimension. */
    int rawRowsPerPage(int dimension) {
        return Math.max(1, rawPageBytesMax / (dimension * Float.BYTES + 16));
    }

    /** Why a shard of these settings cannot be held within these bounds, in words, or null when it can. */
    public String refusal(NamespaceSettings settings) {
        if (VectorPage.pageBytes(settings.code(), settings.dimension(), 1) > scanPageBytesMax) {
            return settings.code() + " of " + settings.dimension() + " dimensions does not fit a scan page of "
                    + scanPageBytesMax + " bytes: choose a smaller code, or raise memory.scan-page-bytes";
        }
        Profile needed = neededFor(settings);
        return profile.reads(needed)
                ? null
                : settings.code() + " of " + settings.dimension() + " dimensions needs profile " + needed
                        + ", and this job's is " + profile.described()
                        + ": choose another code, or raise memory.profile";
    }

    private Profile neededFor(NamespaceSettings settings) {
        Profile scan = Profile.needed(PageKind.SCAN, settings.code(), settings.dimension(), scanPageBytesMax);
        int rawBytes = VectorPage.pageBytes(Code.FLOAT32, settings.dimension(), rawRowsPerPage(settings.dimension()));
        Profile raw = Profile.needed(PageKind.RAW, Code.FLOAT32, settings.dimension(), rawBytes);
        return scan.reads(raw) ? scan : raw;
    }
}
