// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.namespace.Events;
import io.dormouse.schema.EventType;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.cold.TierMoves;
import io.dormouse.state.shard.ShardKey;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Tells of pages that move between RocksDB and object storage, as events and as counters. Moves between heap and RocksDB are
 * far too many for events: they are counted by {@link MemoryMetrics}.
 */
final class MoveEvents implements TierMoves {
    private final MemorySink sink;
    private final WireFormat format;
    private final LongSupplier clockMillis;
    private final Counter pagesToCold;
    private final Counter pagesToWarm;

    MoveEvents(MemorySink sink, WireFormat format, LongSupplier clockMillis, MetricGroup operator) {
        MetricGroup group = operator.addGroup("dormouse");
        this.sink = sink;
        this.format = format;
        this.clockMillis = clockMillis;
        this.pagesToCold = group.counter("pagesMovedWarmToCold");
        this.pagesToWarm = group.counter("pagesMovedColdToWarm");
    }

    @Override
    public void wentCold(ShardKey shard, int pages, String segment) {
        pagesToCold.inc(pages);
        tell(
                shard,
                pages + " raw page(s) went from warm to cold",
                Map.of("from", "warm", "to", "cold", "pages", Integer.toString(pages), "segment", segment));
    }

    @Override
    public void cameBack(ShardKey shard, long page) {
        pagesToWarm.inc();
        tell(
                shard,
                "raw page " + page + " came back from cold to warm",
                Map.of("from", "cold", "to", "warm", "pages", "1", "page", Long.toString(page)));
    }

    private void tell(ShardKey shard, String message, Map<String, String> details) {
        MemoryEvent event = Events.about(shard, EventType.TIER_MOVED, message, clockMillis.getAsLong(), details);
        sink.event(Events.write(event, format));
    }
}
