// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.kernel.Candidates;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;

/**
 * Scores the best rows of a scan again with their exact vectors.
 *
 * <p>Those rows lie anywhere in the raw log, and reaching one is a chain of cache misses that costs several times its
 * arithmetic. So they are taken {@value #BATCH} at a time: first all are located and the beginning of each is read, so
 * that their misses overlap, then all are scored. On MNIST a quarter more queries a second.
 */
final class ShardRerank {
    private static final int BATCH = 8;

    /** Bytes from one place read ahead to the next, and how many places: the hardware fetches what follows. */
    private static final int AHEAD_STRIDE = 128;

    private static final int AHEAD_READS = 3;

    private final ShardPages pages;
    private final SearchScratch scratch;
    private final VectorPage[] rawPages = new VectorPage[BATCH];
    private final long[] rows = new long[BATCH];
    private final float[] estimates = new float[BATCH];
    private final int[] tags = new int[BATCH];
    private int count;
    private int damaged;
    /** Keeps the reads ahead from being optimised away. */
    private int readAhead;

    ShardRerank(ShardPages pages, SearchScratch scratch) {
        this.pages = pages;
        this.scratch = scratch;
    }

    /** Rows of the last call whose raw page is damaged: they kept their approximate distance. */
    int damaged() {
        return damaged;
    }

    /** Scores all candidates into {@link SearchScratch#exact}; returns how many. */
    int all(TopK candidates) {
        damaged = 0;
        for (int i = 0; i < candidates.size(); i++) {
            add(candidates.row(i), candidates.distance(i), candidates.tag(i));
        }
        score();
        return candidates.size();
    }

    /** Scores the candidates whose bound still allows the top k, the most promising first, at most so many. */
    int bounded(Candidates candidates, int most) {
        damaged = 0;
        candidates.order();
        int taken = 0;
        while (candidates.size() > 0 && taken < most && candidates.bound() <= scratch.exact.threshold()) {
            add(candidates.row(), candidates.estimate(), candidates.tag());
            candidates.take();
            taken++;
        }
        score();
        return taken;
    }

    private void add(long row, float estimate, int tag) {
        rows[count] = row;
        estimates[count] = estimate;
        tags[count] = tag;
        rawPages[count] = locate(row);
        if (++count == BATCH) {
            score();
        }
    }

    private VectorPage locate(long row) {
        try {
            VectorPage page = pages.rawOf(row);
            byte[] bytes = page.bytes();
            int at = page.codeOffset(pages.rawIndex(row));
            int end = Math.min(bytes.length, at + AHEAD_READS * AHEAD_STRIDE);
            for (; at < end; at += AHEAD_STRIDE) {
                readAhead += bytes[at];
            }
            return page;
        } catch (CorruptPageException e) {
            damaged++;
            return null;
        }
    }

    private void score() {
        for (int i = 0; i < count; i++) {
            VectorPage page = rawPages[i];
            float distance = page == null ? estimates[i] : scratch.query.exactDistance(page, pages.rawIndex(rows[i]));
            scratch.exact.offer(distance, rows[i], tags[i]);
            rawPages[i] = null;
        }
        count = 0;
    }
}
