// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongArrayList;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.page.VectorPage;

/** A vector page in heap and how much of it is stored already. */
final class PageBuffer {
    final VectorPage page;
    /** The page's descriptor; null for a raw page. */
    final PageDescriptor descriptor;
    /** Number of the page among those of its kind. */
    final long number;
    /** Rows [0, storedRows) are in the store, in any order. */
    int storedRows;
    /** Deltas in the store beside the page itself. */
    int deltas;
    /** Rows in these deltas, those included that a later one takes out again. */
    int deltaRows;
    /** The page must be stored whole. */
    boolean rewrite;
    /** Rows that the store still has and the page no longer. */
    final LongArrayList removed = new LongArrayList(0);

    PageBuffer(VectorPage page, PageDescriptor descriptor, long number) {
        this.page = page;
        this.descriptor = descriptor;
        this.number = number;
    }

    /** Gives row {@code i} another number; to the store that is a row that went and one that came. */
    void renumber(int i, long row) {
        int at = i;
        if (i < storedRows) {
            removed.add(page.row(i));
            at = --storedRows;
            page.swap(i, at);
        }
        page.renumber(at, row);
    }

    /** Takes row {@code i} out; the stored rows stay in front. */
    void remove(int i) {
        long row = page.row(i);
        if (i >= storedRows) {
            page.remove(i);
            return;
        }
        removed.add(row);
        storedRows--;
        page.replace(i, storedRows);
        page.remove(storedRows);
    }
}
