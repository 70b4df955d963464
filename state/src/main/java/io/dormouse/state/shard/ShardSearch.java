// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdBlockException;
import io.dormouse.state.index.PageDescriptor;
import io.dormouse.state.index.PageDirectory;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.index.RankedPages;
import io.dormouse.state.kernel.BatchKernels;
import io.dormouse.state.kernel.BatchScan;
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
 *
 * <p>Queries that come together go that way together: all are ranked, then each page that any of them probes is scanned
 * for all that do ({@link PageVisits}), then each is finished.
 */
final class ShardSearch {
    /** Pages that queries may bring into heap together before it is trimmed again; a single query may exceed it. */
    private static final int PAGES_TO_READ_MAX = 256;

    /** The tag of rows whose page was in heap. */
    private static final int HOT = 1;

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
        this.rerank = new ShardRerank(pages);
    }

    /**
     * Answers the first of the requests, one at least: as many as bring few enough pages into heap.
     *
     * @param answers gets their answers, in order
     */
    void search(List<SearchRequest> requests, List<SearchAnswer> answers) {
        int runs = 0;
        int pagesToRead = 0;
        while (runs < Math.min(requests.size(), PageVisits.RUNS_MAX) && pagesToRead <= PAGES_TO_READ_MAX) {
            QueryRun run = scratch.run(runs++);
            plan(run, requests.get(runs - 1));
            pagesToRead += run.pagesToRead();
        }
        scan(runs);
        for (int i = 0; i < runs; i++) {
            answers.add(finish(scratch.run(i)));
        }
    }

    private void plan(QueryRun run, SearchRequest request) {
        run.begin(request, head.settings);
        run.timed = costs.begin();
        run.endsWindow = costs.windowEnds();
        planProbes(run);
        int k = request.k();
        run.candidates.reset(head.settings.code().exact() ? k : candidates(k, run.recallTarget));
        run.bounded.reset(k, rerankedMax(k, run.recallTarget), boundErrors(run.recallTarget));
    }

    /** Scans the pages of queries that are answered together. */
    private void scan(int runs) {
        long nowMillis = clockMillis.getAsLong();
        PageVisits visits = scratch.visits;
        visits.reset();
        for (int i = 0; i < runs; i++) {
            QueryRun run = scratch.run(i);
            for (int rank = 0; rank < run.probes; rank++) {
                visits.add(run.pages.page(rank).page(), rank, i);
            }
        }
        visits.arrange();
        int next = 0;
        while (next < visits.count()) {
            int after = visits.afterPage(next);
            visitAll(visits, next, after, nowMillis);
            next = after;
        }
    }

    /** Makes all visits to one page, at once where its code allows. One that is timed, or finds it cold, is made alone. */
    private void visitAll(PageVisits visits, int first, int after, long nowMillis) {
        SharedScan shared = scratch.shared;
        shared.reset();
        PageDescriptor page = null;
        boolean several = after - first >= BatchKernels.QUERIES && BatchScan.supports(head.settings.code());
        for (int i = first; i < after; i++) {
            QueryRun run = scratch.run(visits.run(i));
            page = run.pages.page(visits.rank(i));
            if (several && !run.timed && page.resident() != null) {
                shared.add(run);
            } else {
                visit(run, visits.rank(i), nowMillis);
            }
        }
        if (shared.count() > 0) {
            visitTogether(shared, page, nowMillis);
        }
    }

    /** Scans a page that is in heap for several queries. */
    private void visitTogether(SharedScan shared, PageDescriptor descriptor, long nowMillis) {
        VectorPage page = scanPage(descriptor);
        int rows = page == null ? 0 : shared.scan(page, HOT, live);
        for (int i = 0; i < shared.count(); i++) {
            QueryRun run = shared.run(i);
            if (page == null) {
                run.damagedPages++;
            } else {
                run.pagesHot++;
                run.rowsScored += rows;
                accessed(descriptor, nowMillis);
            }
        }
    }

    private SearchAnswer finish(QueryRun run) {
        int reranked = 0;
        TopK best = run.candidates;
        if (!head.settings.code().exact()) {
            run.exact.reset(run.request.k());
            reranked = head.settings.code().relative()
                    ? rerank.bounded(run, rerankedMax(run.request.k(), run.recallTarget))
                    : rerank.all(run);
            best = run.exact;
        }
        best.sort();
        List<SearchAnswer.Hit> hits = hits(run, best);
        if (run.damagedPages == 0 && run.needs.isEmpty()) { // else it will be asked again, and counted then
            recall.answered(run.request, run.recallTarget, run.probes, best);
        }
        if (run.endsWindow) {
            upkeep.sweepOne();
        }
        return new SearchAnswer(
                hits,
                run.pagesHot,
                run.pagesWarm,
                run.rowsScored,
                reranked,
                head.items,
                run.damagedPages,
                List.copyOf(run.needs));
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
    private void planProbes(QueryRun run) {
        ProbePlanner planner = recall.planner();
        RankedPages ranked = run.pages;
        int k = run.request.k();
        long start = run.timed ? scratch.nanoClock.getAsLong() : 0;
        int probes = planner.pagesToRank(directory.size(), run.recallTarget, k);
        int wanted;
        do {
            wanted = probes;
            directory.rank(run.query, wanted, ranked);
            probes = planner.pagesToProbe(run.pageDistances(), ranked.size(), directory.size(), run.recallTarget, k);
        } while (probes > ranked.size() && ranked.size() >= wanted);
        if (run.timed) {
            costs.ranked(scratch.nanoClock.getAsLong() - start, directory.size());
        }
        run.probes = Math.min(probes, ranked.size());
    }

    /** Scans one of the pages of a query. */
    private void visit(QueryRun run, int rank, long nowMillis) {
        PageDescriptor descriptor = run.pages.page(rank);
        boolean hot = descriptor.resident() != null;
        long start = run.timed ? scratch.nanoClock.getAsLong() : 0;
        VectorPage page = scanPage(descriptor);
        if (page == null) {
            run.damagedPages++;
            return;
        }
        run.pagesHot += hot ? 1 : 0;
        run.pagesWarm += hot ? 0 : 1;
        accessed(descriptor, nowMillis);
        int tag = hot ? HOT : 0;
        int rows = head.settings.code().relative()
                ? run.query.scan(page, run.pages.distance(rank), tag, live, run.bounded)
                : run.query.scan(page, tag, live, run.candidates);
        run.rowsScored += rows;
        if (run.timed) {
            afterTimedScan(descriptor, hot, rows, scratch.nanoClock.getAsLong() - start);
        }
    }

    private void accessed(PageDescriptor page, long nowMillis) {
        page.accessed(nowMillis);
        costs.scans(page);
        scratch.accesses.note(pages.address(page.page()), nowMillis);
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
    private List<SearchAnswer.Hit> hits(QueryRun run, TopK best) {
        List<SearchAnswer.Hit> hits = new ArrayList<>(best.size());
        for (int i = 0; i < best.size(); i++) {
            long row = best.row(i);
            Item item = item(run, row);
            if (item == null) {
                run.damagedPages++;
                continue;
            }
            if (run.needs.isEmpty()) {
                items.hit(row, item);
            }
            byte[] vector = run.request.withVectors() ? vectorBytes(run, row) : null;
            hits.add(new SearchAnswer.Hit(item, run.query.score(best.distance(i)), best.tag(i) == HOT, vector));
        }
        return hits;
    }

    /** The item of a row, without its payload when that must be fetched first or is lost. */
    private Item item(QueryRun run, long row) {
        try {
            return run.request.withPayloads() ? items.findWhole(row) : items.find(row);
        } catch (ColdBlockException e) {
            run.needs.addAll(e.ranges());
        } catch (CorruptPageException e) {
            run.damagedPages++;
        }
        return items.find(row);
    }

    private byte[] vectorBytes(QueryRun run, long row) {
        try {
            VectorPage page = pages.rawOf(row);
            int offset = page.codeOffset(pages.rawIndex(row));
            return Arrays.copyOfRange(page.bytes(), offset, offset + page.stride());
        } catch (CorruptPageException e) {
            run.damagedPages++;
            return null;
        } catch (ColdBlockException e) {
            run.needs.addAll(e.ranges());
            return null;
        }
    }
}
