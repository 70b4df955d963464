// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

import io.dormouse.state.kernel.Code;
import java.util.Locale;

/**
 * What a reader of pages must be able to do (SPEC row TK7). Each profile holds all that a smaller one does, so a reader
 * reads pages of its own profile and of smaller ones, and refuses larger ones. A page's header carries the smallest
 * profile that holds it.
 *
 * <p>Codes count for scan pages only: the exact rows of raw pages are read in every profile, as they settle what the
 * codes leave open.
 */
public enum Profile {
    /** INT8 codes, fixed scratch, one level of centroids: what fits a small sandboxed reader. */
    CORE(1, 768, Profile.SMALL_PAGE_BYTES),
    /** Adds product quantisation and navigation over two levels of centroids. */
    HOT(2, 1_024, Profile.SMALL_PAGE_BYTES),
    /** Everything. */
    FULL(3, VectorPage.DIMENSION_MAX, Integer.MAX_VALUE);

    private static final int SMALL_PAGE_BYTES = 65_536;

    private final byte id;
    private final int dimensionMax;
    private final int pageBytesMax;

    Profile(int id, int dimensionMax, int pageBytesMax) {
        this.id = (byte) id;
        this.dimensionMax = dimensionMax;
        this.pageBytesMax = pageBytesMax;
    }

    /** The byte that stands for this profile in page headers; it never changes. */
    public byte id() {
        return id;
    }

    /** The smallest profile that holds a page of so many bytes. */
    public static Profile needed(PageKind kind, Code code, int dimension, int pageBytes) {
        for (Profile profile : values()) {
            boolean codeHeld = kind == PageKind.RAW || profile.holds(code);
            if (codeHeld && dimension <= profile.dimensionMax && pageBytes <= profile.pageBytesMax) {
                return profile;
            }
        }
        throw new IllegalArgumentException(
                "page dimension is " + dimension + "; expected at most " + VectorPage.DIMENSION_MAX);
    }

    /** Whether scan pages of this code belong to this profile. */
    public boolean holds(Code code) {
        return switch (this) {
            case CORE -> code == Code.INT8;
            case HOT -> code == Code.INT8 || code == Code.PQ;
            case FULL -> true;
        };
    }

    /** Whether a reader of this profile reads what needs the other one. */
    public boolean reads(Profile needed) {
        return needed.id <= id;
    }

    /** Pages of at most this many bytes belong to this profile. */
    public int pageBytesMax() {
        return pageBytesMax;
    }

    /** What this profile holds, in words for an error message. */
    public String described() {
        String name = toString();
        if (this == FULL) {
            return name;
        }
        StringBuilder codes = new StringBuilder();
        for (Code code : Code.values()) {
            if (holds(code)) {
                codes.append(codes.length() == 0 ? "" : " or ").append(code);
            }
        }
        return name + " (" + codes + ", at most " + dimensionMax + " dimensions, pages of at most " + pageBytesMax
                + " bytes)";
    }

    static Profile ofId(int id) throws CorruptPageException {
        for (Profile profile : values()) {
            if (profile.id == id) {
                return profile;
            }
        }
        throw new CorruptPageException("page needs profile " + id
                + "; expected 1 (core), 2 (hot) or 3 (full): was it written by a newer version?");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
