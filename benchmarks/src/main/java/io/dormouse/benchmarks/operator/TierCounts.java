// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

/**
 * Where pages were found, and what was written, since the job was started.
 *
 * @param hot pages probed that lay in heap
 * @param warm pages probed that were read from RocksDB
 * @param cold ranges read from object storage
 * @param bytesIngested bytes of the ingest records applied
 * @param bytesPut bytes that were put into RocksDB
 * @param bytesCompacted bytes that RocksDB's compaction wrote
 */
public record TierCounts(
        double hot, double warm, double cold, double bytesIngested, double bytesPut, double bytesCompacted) {

    private static final long REFRESH_MILLIS = 5_500;

    /** The counts of now. */
    public static TierCounts of(OperatorFixture fixture) {
        return new TierCounts(
                MetricTap.sum("pagesProbedHot"),
                MetricTap.sum("pagesProbedWarm"),
                MetricTap.sum("coldRangesRead"),
                fixture.bytesIngested(),
                MetricTap.sum("rocksdb.bytes_written"),
                MetricTap.sum("rocksdb.compact_write_bytes"));
    }

    /** The counts once Flink has asked RocksDB for its own, which it does every five seconds. */
    public static TierCounts settled(OperatorFixture fixture) throws InterruptedException {
        Thread.sleep(REFRESH_MILLIS);
        return of(fixture);
    }

    /** What was counted since then. */
    public TierCounts minus(TierCounts then) {
        return new TierCounts(
                hot - then.hot,
                warm - then.warm,
                cold - then.cold,
                bytesIngested - then.bytesIngested,
                bytesPut - then.bytesPut,
                bytesCompacted - then.bytesCompacted);
    }

    /** Bytes put into RocksDB for each ingested. */
    public double putsByIngested() {
        return bytesPut / bytesIngested;
    }

    /** Bytes that compaction wrote for each ingested. */
    public double compactionByIngested() {
        return bytesCompacted / bytesIngested;
    }
}
