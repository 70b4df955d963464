// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.Parked;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.Violation;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.shard.DamagedShardException;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Handles the records of shards: when they come, and again when what they wait for may have happened. Storing what changed
 * may select another shard, so the record's own is selected before each.
 */
final class RecordHandler {
    private final PagedMemory memory;
    private final WaitingRecords waiting;
    private final QueryHandler queries;
    private final IngestHandler ingest;
    private final CommandHandler commands;
    private final DamagedShards damaged;
    private final AgeingTimers ageing;
    private final MemorySink sink;
    private final Consumer<ShardKey> selector;
    private final int deadlineMillis;
    private final LongSupplier clockMillis;

    /**
     * @param selector sets the current key
     * @param deadlineMillis how long ingest waits for a partition still to be made, in milliseconds
     */
    RecordHandler(
            PagedMemory memory,
            WaitingRecords waiting,
            QueryHandler queries,
            IngestHandler ingest,
            CommandHandler commands,
            DamagedShards damaged,
            AgeingTimers ageing,
            MemorySink sink,
            Consumer<ShardKey> selector,
            int deadlineMillis,
            LongSupplier clockMillis) {
        this.memory = memory;
        this.waiting = waiting;
        this.queries = queries;
        this.ingest = ingest;
        this.commands = commands;
        this.damaged = damaged;
        this.ageing = ageing;
        this.sink = sink;
        this.selector = selector;
        this.deadlineMillis = deadlineMillis;
        this.clockMillis = clockMillis;
    }

    /** A record comes; its shard is selected. */
    void handle(ShardRecord record) throws Exception {
        if (record.kind() == Kind.QUERY) {
            queries.handle(record);
        } else {
            write(record);
            queries.batch().wrote();
        }
    }

    /** Applies what ingest brought, and looks again at what waited for it. */
    private void write(ShardRecord record) throws Exception {
        ShardMemory shard = applied(record);
        if (shard == null) {
            return;
        }
        boolean news = shard.advance(record.partition(), record.offset());
        ageing.inUse(record.shard(), shard);
        memory.settle(shard);
        if (news && waiting.any(record.shard())) {
            retryReached(record);
        }
    }

    /** Applies a record; null when there is no shard that could have taken it. */
    private ShardMemory applied(ShardRecord record) throws Exception {
        try {
            return switch (record.kind()) {
                case INGEST -> apply(record);
                case SUPERSEDE -> ingest.supersede(record);
                default -> memory.wake(record.shard());
            };
        } catch (DamagedShardException e) {
            Violation violation = damaged.isolate(e, clockMillis.getAsLong());
            if (record.kind() == Kind.INGEST) {
                sink.refuse(record, violation, null);
            }
            return null;
        }
    }

    private ShardMemory apply(ShardRecord record) throws Exception {
        NamespaceSettings spread = commands.spread(record.shard().namespace());
        ShardMemory shard = ingest.apply(record, spread);
        if (shard == null && spread == null && record.shard().partition() > 0) {
            if (waiting.hasRoom()) {
                waiting.park(record, clockMillis.getAsLong() + deadlineMillis);
            } else {
                refuseUnmade(record);
            }
        }
        return shard;
    }

    /** Handles the records that wait for a shard, as far as they can be handled now. */
    void retry(ShardKey key) throws Exception {
        selector.accept(key);
        retry(waiting.of(key));
    }

    /** Handles the records of a shard whose time is up. */
    void retryDue(ShardKey key, long timeMillis) throws Exception {
        selector.accept(key);
        retry(waiting.due(key, timeMillis));
    }

    /** Handles a record if it still waits. */
    void retry(ShardRecord record) throws Exception {
        selector.accept(record.shard());
        Parked parked = waiting.get(record);
        if (parked != null) {
            retry(List.of(parked));
        }
    }

    private void retryReached(ShardRecord written) throws Exception {
        selector.accept(written.shard());
        retry(waiting.reached(written.shard(), written.partition(), written.offset()));
    }

    /** What ingest among them brings may be what others among them wait for: these are handled then, and not again. */
    private void retry(List<Parked> records) throws Exception {
        boolean applied = false;
        for (Parked parked : records) {
            ShardRecord record = parked.record();
            selector.accept(record.shard());
            if (record.kind() == Kind.QUERY) {
                if (!applied || waiting.get(record) != null) {
                    queries.retry(record, parked.deadlineMillis(), clockMillis.getAsLong());
                }
            } else if (retryIngest(record, parked.deadlineMillis())) {
                selector.accept(record.shard());
                waiting.remove(record);
                applied = true;
            }
        }
    }

    /** An ingest record that waits for its partition to be made: applied once it is, refused when its time is up. */
    private boolean retryIngest(ShardRecord record, long untilMillis) throws Exception {
        NamespaceSettings spread = commands.spread(record.shard().namespace());
        ShardMemory shard;
        try {
            shard = ingest.apply(record, spread);
        } catch (DamagedShardException e) {
            sink.refuse(record, damaged.isolate(e, clockMillis.getAsLong()), null);
            return true;
        }
        if (shard != null) {
            shard.advance(record.partition(), record.offset());
            memory.settle(shard);
            retryReached(record);
        }
        if (shard != null || spread != null) {
            return true;
        }
        if (clockMillis.getAsLong() < untilMillis) {
            return false;
        }
        refuseUnmade(record);
        return true;
    }

    /** Refuses an ingest record whose partition does not exist. */
    private void refuseUnmade(ShardRecord record) {
        ShardKey shard = record.shard();
        sink.refuse(record, Violation.unknownPartition(shard.namespace(), shard.partition()), null);
    }
}
