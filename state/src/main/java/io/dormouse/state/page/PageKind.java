// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.page;

/** What a page of vectors is for. */
public enum PageKind {
    /** Codes that a query scans from first to last. */
    SCAN(1),
    /** The exact vectors, read row by row to rerank the best of a scan. */
    RAW(2);

    private final byte id;

    PageKind(int id) {
        this.id = (byte) id;
    }

    /** The byte that stands for this kind in the stored format; it never changes. */
    public byte id() {
        return id;
    }

    static PageKind ofId(int id) throws CorruptPageException {
        return switch (id) {
            case 1 -> SCAN;
            case 2 -> RAW;
            default ->
                throw new CorruptPageException(
                        "page kind is " + id + "; expected 1 (scan) or 2 (raw): was it written by a newer version?");
        };
    }
}
