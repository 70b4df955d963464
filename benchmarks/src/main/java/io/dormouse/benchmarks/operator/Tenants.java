// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.benchmarks.data.LoadedMemory;
import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.QueryRecord;
import java.util.List;

/** Namespaces of one {@link OperatorFixture} that each hold the same set, and queries that go to all of them in turn. */
public final class Tenants {
    /** Hits of a query. */
    public static final int K = 10;

    /** Of so many results one is kept and held against the truth. */
    private static final int KEEP_EVERY = 20;

    private final OperatorFixture fixture;
    private final List<VectorSet> sets;
    private final float recallTarget;
    private final LoadDriver driver;

    /** @param recallTarget what queries ask for */
    public Tenants(OperatorFixture fixture, VectorSet set, int count, float recallTarget) {
        this.fixture = fixture;
        this.sets = fixture.namespaces(set.name() + "-", count).stream()
                .map(set::named)
                .toList();
        this.recallTarget = recallTarget;
        this.driver = new LoadDriver(new FeedTransport(fixture.feed(), this::query), KEEP_EVERY);
    }

    /** Rows of all namespaces. */
    public int rows() {
        return sets.size() * sets.get(0).base().length;
    }

    /**
     * Streams all rows into a job that has just been started.
     *
     * @return rows a second until all were applied
     */
    public double load() {
        long start = System.nanoTime();
        for (int row = 0; row < rows(); row++) {
            upsert(row);
        }
        fixture.awaitUpserts(rows());
        double perSecond = rows() / ((System.nanoTime() - start) / 1e9);
        fixture.awaitUpkeep();
        return perSecond;
    }

    /** Sends a row: those of all namespaces are numbered, in turn. */
    public void upsert(int row) {
        fixture.ingest(sets.get(row % sets.size()).item(row / sets.size()));
    }

    /** Upserts rows again at a pace. */
    public IngestPace ingest(int perSecond) {
        return new IngestPace(rows(), perSecond, this::upsert);
    }

    /** Asks queries. */
    public LoadDriver driver() {
        return driver;
    }

    /** Holds answers against the truth. */
    public AnswerQuality quality(List<Paced> rounds) throws MalformedRecordException {
        return AnswerQuality.of(sets.get(0), this::queryOf, K, rounds);
    }

    private QueryRecord query(long number) {
        VectorSet set = sets.get((int) (number % sets.size()));
        QueryRecord record = LoadedMemory.query(set, queryOf(number), Long.toString(number), K, List.of());
        record.setRecallTarget(recallTarget);
        return record;
    }

    private int queryOf(long number) {
        return (int) (number / sets.size() % sets.get(0).queries().length);
    }
}
