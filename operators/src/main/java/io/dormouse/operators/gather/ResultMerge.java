// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.schema.Degradation;
import io.dormouse.schema.Hit;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Merges what the shards of a namespace answered into one result: best hits of all, costs added up. */
final class ResultMerge {
    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble((Hit hit) -> -hit.getScore()).thenComparing(Hit::getId);

    private ResultMerge() {}

    /**
     * The merged result.
     *
     * @param parts at least one, in the order of their partitions
     * @param asked shards that were asked
     * @param why completes "partitions had not answered", where some have not
     * @param k hits wanted
     * @param waitMicros time the first part waited for the last
     */
    static QueryResult merge(List<QueryResult> parts, int asked, String why, int k, long waitMicros) {
        QueryResult first = parts.get(0);
        List<Hit> hits = new ArrayList<>();
        QueryCost cost = QueryCost.newBuilder().build();
        String reason = parts.size() == asked
                ? null
                : (asked - parts.size()) + " of " + asked + " partitions had not answered " + why;
        String error = null;
        Degradation degradation = Degradation.NORMAL;
        int pressure = 0;
        for (QueryResult part : parts) {
            hits.addAll(part.getHits());
            add(cost, part.getCost());
            reason = reason == null ? part.getPartialReason() : reason;
            error = error == null ? part.getError() : error;
            boolean worse = part.getDegradation().compareTo(degradation) > 0;
            degradation = worse ? part.getDegradation() : degradation;
            pressure = Math.max(pressure, part.getMemoryPressure());
        }
        cost.setWaitMicros(Math.max(cost.getWaitMicros(), waitMicros));
        return new QueryResult(
                first.getQueryId(),
                first.getNamespace(),
                first.getAttempt(),
                error == null ? best(hits, k) : List.of(),
                reason != null,
                reason,
                error,
                cost,
                degradation,
                pressure);
    }

    /** Takes from each part the hits that are not among the k best of all of them, whatever else comes. */
    static void keepBest(List<QueryResult> parts, int k) {
        List<Hit> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.getHits()));
        Set<Hit> best = Collections.newSetFromMap(new IdentityHashMap<>());
        best.addAll(best(all, k));
        for (QueryResult part : parts) {
            part.setHits(part.getHits().stream().filter(best::contains).toList());
        }
    }

    /** The k best, each id once: the first partition may still hold what another has newly. */
    private static List<Hit> best(List<Hit> hits, int k) {
        hits.sort(BEST_FIRST);
        List<Hit> best = new ArrayList<>(Math.min(k, hits.size()));
        Set<String> ids = new HashSet<>();
        for (Hit hit : hits) {
            if (best.size() < k && ids.add(hit.getId())) {
                best.add(hit);
            }
        }
        return best;
    }

    private static void add(QueryCost sum, QueryCost part) {
        sum.setPagesHot(sum.getPagesHot() + part.getPagesHot());
        sum.setPagesWarm(sum.getPagesWarm() + part.getPagesWarm());
        sum.setPagesCold(sum.getPagesCold() + part.getPagesCold());
        sum.setRowsScored(sum.getRowsScored() + part.getRowsScored());
        sum.setRowsReranked(sum.getRowsReranked() + part.getRowsReranked());
        sum.setRowsStored(sum.getRowsStored() + part.getRowsStored());
        sum.setOperatorMicros(sum.getOperatorMicros() + part.getOperatorMicros());
        sum.setWaitMicros(Math.max(sum.getWaitMicros(), part.getWaitMicros()));
    }
}
