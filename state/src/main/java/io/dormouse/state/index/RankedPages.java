// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.index;

import io.dormouse.state.kernel.TopK;
import java.util.Arrays;

/** The pages nearest to a vector by their centroids, nearest first. Scratch of one thread; filling it allocates nothing. */
public final class RankedPages {
    private static final int ROOM_FIRST = 256;

    private final TopK nearest = new TopK(ROOM_FIRST);
    private PageDescriptor[] seen = new PageDescriptor[ROOM_FIRST];
    private int seenCount;

    /** Pages ranked. */
    public int size() {
        return nearest.size();
    }

    /** The page at a rank, from 0. */
    public PageDescriptor page(int rank) {
        return seen[nearest.tag(rank)];
    }

    /** Distance of its centroid, as {@link io.dormouse.state.kernel.PreparedQuery#centroidDistances} gave it. */
    public float distance(int rank) {
        return nearest.distance(rank);
    }

    /** Empties it; it will keep the {@code pagesMax} nearest. */
    void reset(int pagesMax) {
        Arrays.fill(seen, 0, seenCount, null);
        nearest.reset(Math.max(1, pagesMax));
        seenCount = 0;
    }

    /** Offers the pages of one cell with their distances. */
    void offer(PageDescriptor[] pages, float[] distances, int count) {
        float threshold = nearest.threshold();
        for (int i = 0; i < count; i++) {
            if (distances[i] <= threshold && nearest.offer(distances[i], pages[i].page(), seenCount)) {
                keep(pages[i]);
                threshold = nearest.threshold();
            }
        }
    }

    float threshold() {
        return nearest.threshold();
    }

    void sort() {
        nearest.sort();
    }

    private void keep(PageDescriptor page) {
        if (seenCount == seen.length) {
            seen = Arrays.copyOf(seen, 2 * seenCount);
        }
        seen[seenCount++] = page;
    }
}
