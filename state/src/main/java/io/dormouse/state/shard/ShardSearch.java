// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.index.RankedPages;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.page.CorruptPageException;
import io.dormouse.state.page.VectorPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A query's way through one shard (SPEC row DP1): rank the pages by their centroids, fix how many to probe, score the
 * codes of their rows, score the best few again with their exact vectors, and fetch the items of what is returned.
 */
final class ShardSearch {
    private final ShardHead head;
    private final PageDirectory directory;
    private final ShardPages pages;
    private final ShardItems items;
    private final LiveRows live;
    private final ShardRecall recall;
    private final SearchScratch scratch;
    private final ShardCosts costs;
    private final ShardUpkeep upkeep;
    private final LongSupplier clockMillis;
    private final ShardRerank rerank;

    private boolean timed;
    private int pagesHot;
    private int pagesWarm;
    private int rowsScored;
    private int damagedPages;

    ShardSearch(
            ShardHead head,
            PageDirectory directory,
            ShardPages pages,
            ShardItems items,
            LiveRows live,
            ShardRecall recall,
            SearchScratch scratch,
            ShardCosts costs,
            ShardUpkeep upkeep,
            LongSupplier clockMillis) {
        this.head = head;
        this.directory = directory;
        this.pages = pages;
        this.items = items;
        this.live = live;
        this.recall = recall;
        this.scratch = scratch;
        this.costs = costs;
        this.upkeep = upkeep;
        this.clockMillis = clockMillis;
        this.rerank = new ShardRerank(pages, scratch);
    }

    SearchAnswer search(SearchRequest request) {
        pagesHot = 0;
        pagesWarm = 0;
        rowsScored = 0;
        damagedPages = 0;
        scratch.query.prepare(request.vector(), head.settings.dimension(), head.settings.metric());
        float recallTarget =
                Float.isNaN(request.recallTarget()) ? head.settings.recallTarget() : request.recallTarget();
        timed = costs.begin();
        int probes = planProbes(request.k(), recallTarget);
        boolean exactCodes = head.settings.code().exact();
        boolean bounds = head.settings.code().relative();
        scratch.candidates.reset(exactCodes ? request.k() : candidates(request.k(), recallTarget));
        scratch.bounded.reset(request.k(), rerankedMax(request.k(), recallTarget), boundErrors(recallTarget));
        scanPages(probes, bounds);
        int reranked = 0;
        TopK best = scratch.candidates;
        if (!exactCodes) {
            scratch.exact.reset(request.k());
            reranked = bounds
                    ? rerank.bounded(scratch.bounded, rerankedMax(request.k(), recallTarget))
                    : rerank.all(scratch.candidates);
            damagedPages += rerank.damaged();
            best = scratch.exact;
        }
        best.sort();
        if (damagedPages == 0) {
            recall.answered(request, recallTarget, probes, best);
        }
        if (costs.windowEnds()) {
            upkeep.sweepOne();
        }
        return new SearchAnswer(
                hits(best, request.withVectors()), pagesHot, pagesWarm, rowsScored, reranked, head.items, damagedPages);
    }

    /** Rows to rerank: an int8 code misplaces a row by a few ranks at most. */
    private static int candidates(int k, float recallTarget) {
        return recallTarget >= 1f ? 4 * k + 64 : k + Math.max(8, k / 2);
    }

    /** Rows of relative codes to rerank at most: far more than it takes on any real data. */
    private static int rerankedMax(int k, float recallTarget) {
        return recallTarget >= 1f ? 100 * k + 1_000 : 20 * k + 200;
    }

    /**
     * Standard errors by which bounds are below estimates: the 1.9 of the RaBitQ paper, of which one row of 35 is below its
     * bound. With 1.5 papers lose 0.008 of recall and a quarter of the rows that are reranked.
     */
    private static float boundErrors(float recallTarget) {
        return recallTarget >= 1f ? 5f : 1.9f;
    }

    /** Ranks pages and fixes how many of them to probe. */
    private int planProbes(int k, float recallTarget) {
        ProbePlanner planner = recall.planner();
        RankedPages ranked = scratch.pages;
        long start = timed ? scratch.nanoClock.getAsLong() : 0;
        int probes = planner.pagesToRank(directory.size(), recallTarget, k);
        int wanted;
        do {
            wanted = probes;
            directory.rank(scratch.query, wanted, ranked);
            probes = planner.pagesToProbe(scratch.pageDistances(), ranked.size(), directory.size(), recallTarget, k);
        } while (probes > ranked.size() && ranked.size() >= wanted);
        if (timed) {
            costs.ranked(scratch.nanoClock.getAsLong() - start, directory.size());
        }
        return Math.min(probes, ranked.size());
    }

    private void scanPages(int probes, boolean bounds) {
        long nowMillis = clockMillis.getAsLong();
        RankedPages ranked = scratch.pages;
        for (int i = 0; i < probes; i++) {
            PageDescriptor descriptor = ranked.page(i);
            boolean hot = descriptor.resident() != null;
            long start = timed ? scratch.nanoClock.getAsLong() : 0;
            VectorPage page = scanPage(descriptor);
            if (page == null) {
                damagedPages++;
                continue;
            }
            pagesHot += hot ? 1 : 0;
            pagesWarm += hot ? 0 : 1;
            descriptor.accessed(nowMillis);
            costs.scans(descriptor);
            int rows = bounds
                    ? scratch.query.scan(page, ranked.distance(i), hot ? 1 : 0, live, scratch.bounded)
                    : scratch.query.scan(page, hot ? 1 : 0, live, scratch.candidates);
            rowsScored += rows;
            if (timed) {
                afterTimedScan(descriptor, hot, rows, scratch.nanoClock.getAsLong() - start);
            }
        }
    }

    private void afterTimedScan(PageDescriptor page, boolean hot, int rows, long nanos) {
        costs.scanned(hot, rows, nanos);
        if (costs.wantsSplit(page, rows)) {
            upkeep.want(page);
        }
    }

    private VectorPage scanPage(PageDescriptor descriptor) {
        try {
            return pages.scan(descriptor).page;
        } catch (CorruptPageException e) {
            return null;
        }
    }

    /** The items of the best rows; one whose item is damaged is left out, since not even its id is known. */
    private List<SearchAnswer.Hit> hits(TopK best, boolean withVectors) {
        List<SearchAnswer.Hit> hits = new ArrayList<>(best.size());
        for (int i = 0; i < best.size(); i++) {
            long row = best.row(i);
            Item item = items.find(row);
            if (item == null) {
                damagedPages++;
                continue;
            }
            byte[] vector = withVectors ? vectorBytes(row) : null;
            hits.add(new SearchAnswer.Hit(item, scratch.query.score(best.distance(i)), best.tag(i) == 1, vector));
        }
        return hits;
    }

    private byte[] vectorBytes(long row) {
        try {
            VectorPage page = pages.rawOf(row);
            int offset = page.codeOffset(pages.rawIndex(row));
            return Arrays.copyOfRange(page.bytes(), offset, offset + page.stride());
        } catch (CorruptPageException e) {
            damagedPages++;
            return null;
        }
    }
}
