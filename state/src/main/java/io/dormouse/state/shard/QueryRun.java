// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.index.RankedPages;
import io.dormouse.state.kernel.Candidates;
import io.dormouse.state.kernel.PreparedQuery;
import io.dormouse.state.kernel.TopK;
import io.dormouse.state.kernel.VectorKernels;
import java.util.LinkedHashSet;
import java.util.Set;

/** One query on its way through a shard: what it wants, its working memory, and what it has cost so far. Reused. */
final class QueryRun {
    final PreparedQuery query;
    /** Pages ranked by centroid distance. */
    final RankedPages pages = new RankedPages();
    /** Rows by approximate distance; the tag is 1 when their page was hot. */
    final TopK candidates = new TopK(64);
    /** Rows of relative codes by lower bounds of their distances. */
    final Candidates bounded = new Candidates();
    /** Rows by exact distance. */
    final TopK exact = new TopK(64);

    /** What it lacked because it lies in object storage. */
    final Set<ColdRange> needs = new LinkedHashSet<>();

    SearchRequest request;
    float recallTarget;
    /** How many of the ranked pages are scanned. */
    int probes;
    /** Its parts are timed. */
    boolean timed;
    /** It is the last of a window of {@link ShardCosts}. */
    boolean endsWindow;

    int pagesHot;
    int pagesWarm;
    int rowsScored;
    int damagedPages;

    private float[] pageDistances = new float[0];

    QueryRun(VectorKernels kernels) {
        this.query = new PreparedQuery(kernels, 64);
    }

    /** A query begins. */
    void begin(SearchRequest request, NamespaceSettings settings) {
        this.request = request;
        recallTarget = Float.isNaN(request.recallTarget()) ? settings.recallTarget() : request.recallTarget();
        query.prepare(request.vector(), settings.dimension(), settings.metric());
        pagesHot = 0;
        pagesWarm = 0;
        rowsScored = 0;
        damagedPages = 0;
        needs.clear();
    }

    /** Distances of the ranked pages, nearest first. */
    float[] pageDistances() {
        if (pageDistances.length < pages.size()) {
            pageDistances = new float[2 * pages.size()];
        }
        for (int i = 0; i < pages.size(); i++) {
            pageDistances[i] = pages.distance(i);
        }
        return pageDistances;
    }

    /** How many of the pages it will scan are not in heap. */
    int pagesToRead() {
        int cold = 0;
        for (int i = 0; i < probes; i++) {
            cold += pages.page(i).resident() == null ? 1 : 0;
        }
        return cold;
    }
}
