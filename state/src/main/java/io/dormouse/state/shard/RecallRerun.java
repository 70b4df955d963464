// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import com.carrotsearch.hppc.LongHashSet;
import com.carrotsearch.hppc.cursors.LongCursor;
import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.RankedPages;
import io.dormouse.state.index.probe.ProbeSample;
import io.dormouse.state.kernel.RowFilter;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;

/**
 * Runs a query again that has been answered, over the codes of every page and with a generous rerank, and compares. It goes
 * in steps of a few pages, between which the shard lives on:
 *
 * <ul>
 *   <li>rows that were written since are not looked at;
 *   <li>rows of the answer that died since were nearest ones then, so that many fewer of the others are expected;
 *   <li>pages made or loaded anew since are found by ranking all pages once more; a row that changes pages may be seen
 *       twice, which is put right, or never, which only matters when the answer lacked it, too.
 * </ul>
 *
 * <p>Of a shard of more than {@value #PAGES_MAX} pages the nearest so many are looked at. Pages are read past the cache.
 */
final class RecallRerun {
    static final int PAGES_MAX = 4_096;

    /** Reading a page from RocksDB takes so many times as long as scanning it. */
    private static final long COST_OF_READING = 4;

    private static final int PAGES_PER_STEP = 4;
    private static final int ROWS_PER_STEP = 32;
    private static final int PASSES_MAX = 3;

    /** Ranks that are learned from. */
    private static final int RANKS_MAX = 1_024;

    private final ShardRecall on;
    private final RerunScratch scratch;
    private final int k;
    private final float recallTarget;
    private final LongHashSet answer;
    private final RowFilter thenAlive;
    private final boolean calibrated;

    private float[] distances;
    private int pagesThen;
    private int nextPage;
    private int pass;
    private int at;
    private boolean disturbed;
    private boolean scanned;
    private long bytesOfStep;
    private long costOfStep;

    /** A query as it was answered just now; what is needed of the arguments is copied. */
    RecallRerun(ShardRecall on, RerunScratch scratch, SearchRequest request, float recallTarget, TopK best) {
        this.on = on;
        this.scratch = scratch;
        this.k = request.k();
        this.recallTarget = recallTarget;
        this.calibrated = on.calibrated(k);
        scratch.query.prepare(request.vector(), on.head.settings.dimension(), on.head.settings.metric());
        scratch.begin(k, on.head.settings.code().relative());
        answer = new LongHashSet(best.size());
        for (int i = 0; i < best.size(); i++) {
            answer.add(best.row(i));
        }
        long nextRow = on.head.nextRow;
        thenAlive = row -> row < nextRow && on.live.accepts(row);
    }

    /** Bytes of pages that the last step read. */
    long bytesOfStep() {
        return bytesOfStep;
    }

    /** What the last step cost, in bytes of pages in heap that could be scanned instead. */
    long costOfStep() {
        return costOfStep;
    }

    /** Goes on; false when it is done or was given up because the shard fell asleep. */
    boolean step() {
        bytesOfStep = 0;
        costOfStep = 0;
        if (!on.shard.awake()) {
            return false;
        }
        on.shard.select();
        if (scanned) {
            return rerank();
        }
        if (pass == 0 || at == scratch.ranked.size()) {
            nextPass();
        } else {
            scanSome();
        }
        return true;
    }

    private void nextPass() {
        boolean complete = pass > 0 && !disturbed && nextPage == on.directory.nextPage();
        if (complete || pass == PASSES_MAX) {
            scratch.order();
            scanned = true;
            return;
        }
        on.directory.rank(scratch.query, PAGES_MAX, scratch.ranked);
        nextPage = on.directory.nextPage();
        at = 0;
        disturbed = false;
        if (pass++ == 0) {
            pagesThen = on.directory.size();
            distances = new float[Math.min(RANKS_MAX, scratch.ranked.size())];
            for (int i = 0; i < distances.length; i++) {
                distances[i] = scratch.ranked.distance(i);
            }
        }
    }

    private void scanSome() {
        RankedPages ranked = scratch.ranked;
        int pages = 0;
        for (; at < ranked.size() && pages < PAGES_PER_STEP; at++) {
            PageDescriptor page = ranked.page(at);
            if (page.gone()) {
                disturbed |= !scratch.scannedPages.contains(page.page());
            } else if (scratch.scannedPages.add(page.page())) {
                scan(page, at);
                pages++;
            }
        }
    }

    private void scan(PageDescriptor descriptor, int rank) {
        try {
            boolean hot = descriptor.resident() != null;
            VectorPage page = on.pages.peek(descriptor);
            bytesOfStep += page.heapBytes();
            costOfStep += (hot ? 1L : COST_OF_READING) * page.heapBytes();
            scratch.scan(page, rank, thenAlive);
        } catch (CorruptPageException e) {
            // marked as faulted: what is in it counts for no one
        }
    }

    private boolean rerank() {
        try {
            for (int i = 0; i < ROWS_PER_STEP && scratch.hasNext(); i++) {
                long row = scratch.nextRow();
                boolean hot = on.pages.isRawHot(row);
                VectorPage raw = on.pages.peekRawOf(row);
                bytesOfStep += raw.heapBytes();
                costOfStep += hot ? raw.stride() : raw.heapBytes();
                scratch.take(scratch.query.exactDistance(raw, on.pages.rawIndex(row)));
            }
        } catch (CorruptPageException | ColdBlockException e) {
            return false;
        }
        if (scratch.hasNext()) {
            return true;
        }
        compare();
        return false;
    }

    private void compare() {
        int died = 0;
        for (LongCursor row : answer) {
            died += on.live.accepts(row.value) ? 0 : 1;
        }
        TopK exact = scratch.exact;
        exact.sort();
        int wanted = Math.min(k - died, exact.size());
        if (wanted < 1 || 2 * died > k) {
            return;
        }
        int[] ranks = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            ranks[i] = exact.tag(i);
        }
        on.learn(new ProbeSample(
                k,
                recallTarget,
                pagesThen,
                distances,
                distances.length,
                ranks,
                wanted,
                found(exact, wanted),
                calibrated));
    }

    /** Rows of the answer that are as near as the true ones. */
    private int found(TopK exact, int wanted) {
        float farthest = exact.distance(wanted - 1);
        int found = 0;
        for (int i = 0; i < exact.size() && exact.distance(i) <= farthest; i++) {
            found += answer.contains(exact.row(i)) ? 1 : 0;
        }
        return Math.min(found, wanted);
    }
}
