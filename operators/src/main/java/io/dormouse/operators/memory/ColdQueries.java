// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.Degradation;
import io.dormouse.state.cold.ColdHealth;
import io.dormouse.state.cold.ColdNeed;
import io.dormouse.state.cold.ColdRange;
import io.dormouse.state.cold.ColdTier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Queries that lack what lies in object storage. Each has what it lacks fetched and is asked again when that has come; it
 * lies in keyed state meanwhile ({@link WaitingRecords}), so that a restored task asks it again by itself. What it had
 * fetched stays in heap until it is answered, so each round brings it nearer to its answer.
 */
final class ColdQueries {
    /** Share of the usual batch size while object storage fails: a batch waits for the slowest of its queries. */
    private static final double SMALLER_BATCHES = 0.5;

    private final ColdTier tier;
    private final Consumer<ShardRecord> arrived;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private boolean gaveUp;

    /** One query: what it needs, and how many ranges it had fetched so far. */
    private static final class Waiting {
        ColdNeed need;
        int ranges;
    }

    /**
     * @param tier null when the job has none; then nothing is ever fetched
     * @param arrived hears of a query that is worth being asked again
     */
    ColdQueries(ColdTier tier, Consumer<ShardRecord> arrived) {
        this.tier = tier;
        this.arrived = arrived;
    }

    /**
     * Has fetched what a query lacks.
     *
     * @param deadlineMillis when it is answered in any case
     * @return null when the query must wait; else why it is not worth waiting
     */
    String fetch(ShardRecord record, long deadlineMillis, List<ColdRange> lacking) {
        if (gaveUp) {
            return lacking.size() + " range(s) in object storage had not been read when the job ended";
        }
        if (!tier.fetches().health().mayFetch()) {
            return String.format(
                    "object storage fails (%.0f %% of requests): answered without it",
                    100 * tier.fetches().health().errorRate());
        }
        Waiting query = waiting.computeIfAbsent(key(record), absent -> begin(record, deadlineMillis));
        query.ranges += lacking.size();
        boolean underWay = query.need.fetch(lacking);
        boolean allThere = lacking.stream().allMatch(range -> tier.fetches().bytes(range) != null);
        if (underWay || allThere) {
            if (!underWay) {
                arrived.accept(record);
            }
            return null;
        }
        return lacking.size() + " range(s) in object storage could not be had: " + reason(query.need, lacking);
    }

    private Waiting begin(ShardRecord record, long deadlineMillis) {
        Waiting query = new Waiting();
        query.need = tier.fetches().need(deadlineMillis, () -> arrived.accept(record));
        return query;
    }

    /** Of a range that failed if any did. */
    private String reason(ColdNeed need, List<ColdRange> lacking) {
        return need.describe(lacking.stream()
                .filter(range -> tier.fetches().failure(range) != null)
                .findFirst()
                .orElse(lacking.get(0)));
    }

    /** Whether a query waits for something that is on its way. */
    boolean isUnderWay(ShardRecord record) {
        Waiting query = waiting.get(key(record));
        return query != null && !gaveUp && query.need.isUnderWay();
    }

    /** A query is answered; returns how many ranges were fetched for it. */
    int answered(ShardRecord record) {
        Waiting query = waiting.isEmpty() ? null : waiting.remove(key(record));
        if (query == null) {
            return 0;
        }
        query.need.release();
        return query.ranges;
    }

    /** Share of the usual batch size that answers should make do with now. */
    double batchShare() {
        return tier == null || tier.fetches().health().level() == ColdHealth.Level.NORMAL ? 1 : SMALLER_BATCHES;
    }

    /** What is done without at present, because object storage fails. */
    Degradation degradation() {
        return tier == null
                ? Degradation.NORMAL
                : Degradation.valueOf(tier.fetches().health().level().name());
    }

    /** The job ends: from now on queries are answered without what has not been fetched. */
    void giveUp() {
        gaveUp = true;
    }

    /** Queries that wait. */
    int count() {
        return waiting.size();
    }

    private static String key(ShardRecord record) {
        return record.shard() + "/" + record.partition() + "/" + record.offset();
    }
}
