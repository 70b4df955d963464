// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
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
    private final VectorPage[] rawPages = new VectorPage[BATCH];
    private final long[] rows = new long[BATCH];
    private final float[] estimates = new float[BATCH];
    private final int[] tags = new int[BATCH];
    private int count;
    /** Keeps the reads ahead from being optimised away. */
    private int readAhead;

    ShardRerank(ShardPages pages) {
        this.pages = pages;
    }

    /** Scores all candidates of a query; returns how many. */
    int all(QueryRun run) {
        TopK candidates = run.candidates;
        for (int i = 0; i < candidates.size(); i++) {
            add(run, candidates.row(i), candidates.distance(i), candidates.tag(i));
        }
        score(run);
        return candidates.size();
    }

    /** Scores the candidates whose bound still allows the top k, the most promising first, at most so many. */
    int bounded(QueryRun run, int most) {
        Candidates candidates = run.bounded;
        candidates.order();
        int taken = 0;
        while (candidates.size() > 0 && taken < most && candidates.bound() <= run.exact.threshold()) {
            add(run, candidates.row(), candidates.estimate(), candidates.tag());
            candidates.take();
            taken++;
        }
        score(run);
        return taken;
    }

    private void add(QueryRun run, long row, float estimate, int tag) {
        rows[count] = row;
        estimates[count] = estimate;
        tags[count] = tag;
        rawPages[count] = locate(run, row);
        if (++count == BATCH) {
            score(run);
        }
    }

    /** The raw page of a row, or null when it is damaged or not fetched: the row then keeps its approximate distance. */
    private VectorPage locate(QueryRun run, long row) {
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
            run.damagedPages++;
            return null;
        } catch (ColdBlockException e) {
            run.needs.addAll(e.ranges());
            return null;
        }
    }

    private void score(QueryRun run) {
        for (int i = 0; i < count; i++) {
            VectorPage page = rawPages[i];
            float distance = page == null ? estimates[i] : run.query.exactDistance(page, pages.rawIndex(rows[i]));
            run.exact.offer(distance, rows[i], tags[i]);
            rawPages[i] = null;
        }
        count = 0;
    }
}
