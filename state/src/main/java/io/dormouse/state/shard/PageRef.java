// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.PageState;
import java.nio.ByteBuffer;

/**
 * A page that a task holds on to from step to step. Its descriptor leaves the heap when its cell is evicted, and forgets
 * what maintenance was doing with it; number and centroid, which never change, find it again.
 */
final class PageRef {
    private final int page;
    /** Zero padded as kernels want it. */
    private final float[] centroid;

    private PageState state;
    private PageDescriptor held;

    private PageRef(int page, float[] centroid, PageState state) {
        this.page = page;
        this.centroid = centroid;
        this.state = state;
    }

    static PageRef of(PageDirectory directory, PageDescriptor page, int dimension, PageState state) {
        float[] centroid = SearchScratch.room(new float[0], dimension);
        directory.centroid(page, centroid);
        PageRef ref = new PageRef(page.page(), centroid, state);
        ref.held = page;
        page.setState(state);
        return ref;
    }

    /** The page's descriptor, or null when there is no such page any more. */
    PageDescriptor in(PageDirectory directory) {
        if (held == null || held.gone()) {
            held = directory.find(page, centroid);
            if (held != null) {
                held.setState(state);
            }
        }
        return held;
    }

    /** Says what maintenance does with the page from now on. */
    void setState(PageState newState) {
        state = newState;
        if (held != null) {
            held.setState(newState);
        }
    }

    int page() {
        return page;
    }

    /** The page's centroid, zero padded; do not change it. */
    float[] centroid() {
        return centroid;
    }

    static int storedBytes(int dimension) {
        return Integer.BYTES + dimension * Float.BYTES;
    }

    void write(ByteBuffer to, int dimension) {
        to.putInt(page);
        for (int i = 0; i < dimension; i++) {
            to.putFloat(centroid[i]);
        }
    }

    static PageRef read(ByteBuffer from, int dimension, PageState state) {
        int page = from.getInt();
        float[] centroid = SearchScratch.room(new float[0], dimension);
        for (int i = 0; i < dimension; i++) {
            centroid[i] = from.getFloat();
        }
        return new PageRef(page, centroid, state);
    }
}
