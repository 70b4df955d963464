// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.benchmarks.data.VectorSet;
import io.dormouse.benchmarks.load.AnswerQuality;
import io.dormouse.benchmarks.load.IngestPace;
import io.dormouse.benchmarks.load.LoadDriver.Paced;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.schema.MalformedRecordException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Namespaces of one set in the job without Kafka, with heap for all of their pages or for a part of them. */
public final class PapersRun implements AutoCloseable {
    /** Slots of the cluster: one for each core of the machine that has the figures. */
    private static final int SLOTS_MAX = 2;

    /** A little above the recall that is wanted: probing is steered to its target, so half of all samples lie below it. */
    private static final float RECALL_TARGET = 0.955f;

    private static final int WINDOW = 1_000;

    private final OperatorFixture fixture;
    private final Tenants tenants;
    private final Configuration job;
    private final Random random = new Random(5);
    private long bytesOfPages;

    /**
     * Starts the job, empty.
     *
     * @param namespaces each holds the whole set; one of them uses one slot, more use two
     * @param options of Flink and of the job that are not as they ship; heap is enough for all pages unless they say so
     */
    public PapersRun(VectorSet set, int namespaces, Configuration options) {
        fixture = new OperatorFixture(Math.min(namespaces, SLOTS_MAX), options);
        tenants = new Tenants(fixture, set, namespaces, RECALL_TARGET);
        job = new Configuration(options);
        if (!job.contains(RetrievalOptions.HOT_BYTES)) {
            job.set(RetrievalOptions.HOT_BYTES, MemorySize.ofMebiBytes(1024));
        }
        fixture.start(job);
    }

    /** Rows of all namespaces. */
    public int rows() {
        return tenants.rows();
    }

    /** Heap that the loaded set took, as far as it fitted; bytes. */
    public long bytesOfPages() {
        return bytesOfPages;
    }

    /** Streams all rows; returns rows a second. */
    public double load() {
        double perSecond = tenants.load();
        bytesOfPages = (long) MetricTap.sum("hotBytes");
        return perSecond;
    }

    /** Starts the job again with heap for a share of the bytes that the loaded set took. */
    public void restart(double share) {
        String savepoint = fixture.stop();
        job.set(RetrievalOptions.HOT_BYTES, new MemorySize((long) (share * bytesOfPages)));
        fixture.restore(savepoint, job);
    }

    /** Upserts so many random rows again; returns how many. */
    public int change(int count) {
        for (int i = 0; i < count; i++) {
            tenants.upsert(random.nextInt(rows()));
        }
        return count;
    }

    /** Asks as much as is answered for a time; returns answers a second. */
    public double saturate(Duration duration) {
        return tenants.driver().saturate(duration, WINDOW);
    }

    /** Asks at a pace. */
    public Paced pace(Duration duration, int perSecond) {
        return tenants.driver().pace(duration, perSecond);
    }

    /** Upserts rows again at a pace, in the background. */
    public IngestPace ingest(int perSecond) {
        return tenants.ingest(perSecond);
    }

    /** Holds answers against the truth. */
    public AnswerQuality quality(List<Paced> rounds) throws MalformedRecordException {
        return tenants.quality(rounds);
    }

    /** The job. */
    public OperatorFixture fixture() {
        return fixture;
    }

    @Override
    public void close() {
        fixture.close();
    }
}
