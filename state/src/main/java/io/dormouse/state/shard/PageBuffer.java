package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.page.VectorPage;

/** A vector page in heap and how much of it is stored already. */
final class PageBuffer {
    final VectorPage page;
    /** The page's descriptor; null for a raw page. */
    final PageDescriptor descriptor;
    /** Number of the page among those of its kind. */
    final long number;
    /** Rows [0, storedRows) are in the store unchanged. */
    int storedRows;
    /** Deltas in the store beside the page itself. */
    int deltas;
    /** A stored row changed or moved: the page must be stored whole. */
    boolean rewrite;

    PageBuffer(VectorPage page, PageDescriptor descriptor, long number) {
        this.page = page;
        this.descriptor = descriptor;
        this.number = number;
    }
}
