// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.schema.IngestOp;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdFetches;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.Losses;
import io.dormouse.state.shard.RecallSampler;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.UpkeepFigure;
import io.dormouse.state.shard.UpkeepTotals;
import io.dormouse.state.shard.WriteOutcome;
import io.dormouse.state.step.BatchSize;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.AccessLevels.Level;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * The metrics of one paged memory instance, in the operator's group {@code dormouse}. docs/operating.md lists them. Text
 * never reaches Prometheus, so each gauge of text has a number beside it.
 */
final class MemoryMetrics {
    private static final int HISTOGRAM_SAMPLES = 2_000;

    /** Ages by which accesses to pages are counted (SPEC row HA2). */
    private static final int[] RECENT_SECONDS = {1, 10, 60, 300};

    private final MetricGroup group;
    private final Counter queries;
    private final Counter partial;
    private final Counter errors;
    private final Counter pagesHot;
    private final Counter pagesWarm;
    private final Counter coldRangesRead;
    private final Counter queriesCold;
    private final Counter rowsScored;
    private final Counter rowsReranked;
    private final Histogram queryMicros;
    private final Histogram batchSizes;
    private final Histogram batchMicros;
    private final Histogram flushMicros;
    private final Histogram stallMicros;
    private final Map<WriteOutcome, Counter> upserts = new EnumMap<>(WriteOutcome.class);
    private final Map<WriteOutcome, Counter> deletes = new EnumMap<>(WriteOutcome.class);

    MemoryMetrics(
            MetricGroup operator,
            PagedMemory memory,
            WaitingRecords waiting,
            BatchSize batchSize,
            LongSupplier clockMillis) {
        group = operator.addGroup("dormouse");
        queries = group.counter("queries");
        partial = group.counter("queriesPartial");
        errors = group.counter("queriesFailed");
        pagesHot = group.counter("pagesProbedHot");
        pagesWarm = group.counter("pagesProbedWarm");
        coldRangesRead = group.counter("coldRangesRead");
        queriesCold = group.counter("queriesCold");
        rowsScored = group.counter("rowsScored");
        rowsReranked = group.counter("rowsReranked");
        queryMicros = histogram(group, "queryMicros");
        batchSizes = histogram(group, "queryBatchSize");
        batchMicros = histogram(group, "queryBatchMicros");
        flushMicros = histogram(group, "checkpointFlushMicros");
        stallMicros = histogram(group, "checkpointStallMicros");
        for (WriteOutcome outcome : WriteOutcome.values()) {
            upserts.put(outcome, group.counter("upserts" + camel(outcome)));
            deletes.put(outcome, group.counter("deletes" + camel(outcome)));
        }
        levels(group, memory.levels());
        for (int seconds : RECENT_SECONDS) {
            group.gauge(
                    "pageAccesses" + seconds + "s",
                    () -> memory.accesses().within(clockMillis.getAsLong(), 1_000L * seconds));
        }
        group.gauge("queryBatchSizeMax", batchSize::limit);
        group.gauge("queryBatchUtilisation", batchSize::utilisation);
        group.gauge("kernels", () -> Kernels.best().name());
        group.gauge("kernelBits", () -> Kernels.best().registerBits());
        group.gauge("hotBytes", () -> memory.cache().bytes());
        group.gauge("hotBytesMax", () -> memory.cache().bytesMax());
        group.gauge("hotBlocks", () -> memory.cache().blocks());
        group.gauge("evictionPolicy", () -> memory.cache().leadingPolicy());
        group.gauge("hotEvictions", () -> memory.cache().evictions());
        group.gauge("dirtyBytes", () -> memory.cache().dirtyBytes());
        RecallSampler recall = memory.recall();
        group.gauge("liveRecall", () -> recall.live().mean());
        group.gauge("liveRecallLowerBound", () -> recall.live().lowerBound());
        group.gauge("liveRecallSamples", recall::samples);
        group.gauge("recallSampleBytes", recall::bytesRead);
        group.gauge("probesMean", recall::probesMean);
        upkeep(group, memory.upkeep());
        if (memory.cold() != null) {
            cold(group, memory.cold());
            group.gauge("coldSegmentsRewritten", memory::segmentsRewritten);
        }
        group.gauge("awakeShards", memory::awakeShards);
        group.gauge("waitingSteps", memory::waitingSteps);
        group.gauge("waitingRecords", waiting::count);
        group.gauge("waitingBytes", waiting::bytes);
        group.gauge("waitingLookedAt", waiting::lookedAt);
    }

    private static void levels(MetricGroup group, AccessLevels levels) {
        Map<Level, Histogram> nanos = new EnumMap<>(Level.class);
        for (Level level : Level.values()) {
            group.gauge("accesses" + camel(level), () -> levels.count(level));
            nanos.put(level, histogram(group, "accessNanos" + camel(level)));
        }
        levels.listen((level, took) -> nanos.get(level).update(took));
    }

    private static void upkeep(MetricGroup group, UpkeepTotals upkeep) {
        group.gauge("upkeepSplits", () -> upkeep.get(UpkeepFigure.SPLITS));
        group.gauge("upkeepMerges", () -> upkeep.get(UpkeepFigure.MERGES));
        group.gauge("upkeepRowsReassigned", () -> upkeep.get(UpkeepFigure.ROWS_REASSIGNED));
        group.gauge("upkeepRawPagesCompacted", () -> upkeep.get(UpkeepFigure.RAW_PAGES_COMPACTED));
        group.gauge("upkeepSteps", () -> upkeep.get(UpkeepFigure.STEPS));
        group.gauge("upkeepOutstanding", () -> upkeep.get(UpkeepFigure.OUTSTANDING));
        group.gauge("rawPages", () -> upkeep.get(UpkeepFigure.RAW_PAGES));
        group.gauge("rawLiveShare", upkeep::rawLiveShare);
    }

    private static void cold(MetricGroup group, ColdTier cold) {
        ColdFetches fetches = cold.fetches();
        group.gauge("coldFetches", fetches::fetches);
        group.gauge("coldFetchFailures", fetches::failures);
        group.gauge("coldFetchesRefused", fetches::refused);
        group.gauge("coldFetchesUnderWay", fetches::underWay);
        group.gauge("coldBytesFetched", fetches::bytesFetched);
        group.gauge(
                "coldHeapBytes", () -> fetches.heapBytes() + cold.demotions().bytes());
        group.gauge("coldErrorRate", () -> fetches.health().shownErrorRate());
        group.gauge("degradation", () -> fetches.health().shownLevel().name());
        group.gauge("degradationLevel", () -> fetches.health().shownLevel().ordinal());
        group.gauge("coldSegmentsStored", cold.demotions()::segments);
        group.gauge("coldSegmentFailures", cold.demotions()::failures);
        group.gauge("coldLastFailure", () -> String.valueOf(cold.demotions().lastFailure()));
        group.gauge("coldBytesStored", cold.demotions()::bytesStored);
        group.gauge("coldSegments", cold.uses()::segments);
        group.gauge("warmBytes", cold.warmUses()::bytes);
        group.gauge("warmBytesMax", cold.warmLimits()::bytesMax);
        group.gauge("coldBytes", cold.uses()::bytes);
        group.gauge("coldBytesLive", cold.uses()::bytesLive);
    }

    /** How short of heap the process is. */
    void pressure(MemoryPressure pressure) {
        group.gauge("memoryPressure", pressure::level);
        group.gauge("heapUsedAfterGc", pressure::heapShare);
    }

    /** What damage has cost. */
    void damage(DamagedShards shards, Losses losses) {
        group.gauge("damagedShards", shards::count);
        group.gauge("lostPages", losses::pages);
        group.gauge("lostItems", losses::items);
    }

    void answered(SearchAnswer found, int coldRanges, boolean isPartial, boolean isError, long nanos) {
        queries.inc();
        if (isPartial) {
            partial.inc();
        }
        if (isError) {
            errors.inc();
        }
        pagesHot.inc(found.pagesHot());
        pagesWarm.inc(found.pagesWarm());
        coldRangesRead.inc(coldRanges);
        queriesCold.inc(coldRanges > 0 ? 1 : 0);
        rowsScored.inc(found.rowsScored());
        rowsReranked.inc(found.rowsReranked());
        queryMicros.update(nanos / 1_000);
    }

    /** Queries were answered together. */
    void batch(int queries, long nanos) {
        batchSizes.update(queries);
        batchMicros.update(nanos / 1_000);
    }

    void written(IngestOp op, WriteOutcome outcome) {
        (op == IngestOp.DELETE ? deletes : upserts).get(outcome).inc();
    }

    void flushed(long nanos) {
        flushMicros.update(nanos / 1_000);
    }

    /** A checkpoint held the task for this long, from before its barrier until it could do something else. */
    void stalled(long nanos) {
        stallMicros.update(nanos / 1_000);
    }

    private static Histogram histogram(MetricGroup group, String name) {
        return group.histogram(name, new DescriptiveStatisticsHistogram(HISTOGRAM_SAMPLES));
    }

    private static String camel(Enum<?> value) {
        StringBuilder name = new StringBuilder();
        for (String word : value.name().split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
