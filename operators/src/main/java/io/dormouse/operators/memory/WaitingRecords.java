// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.Parked;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.state.shard.ShardKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * Records that cannot be handled yet, in keyed state, so that a restore finds them again: queries that wait for ingest,
 * and ingest that overtook the command which makes its partition. Each has a deadline with a timer. The current key must
 * be the shard that a call speaks of.
 */
final class WaitingRecords {
    private static final MapStateDescriptor<String, Parked> DESCRIPTOR =
            new MapStateDescriptor<>("waiting", Types.STRING, RecordTypes.PARKED);

    private static final Comparator<Parked> KAFKA_ORDER = Comparator.<Parked>comparingInt(
                    parked -> parked.record().partition())
            .thenComparingLong(parked -> parked.record().offset());

    private final MapState<String, Parked> state;
    private final ObjLongConsumer<ShardKey> timer;
    private final int recordsMax;
    private final Map<ShardKey, Integer> counts = new HashMap<>();
    private int count;

    /**
     * @param timer registers a processing-time timer for the current key
     * @param recordsMax records that may wait in this instance
     */
    WaitingRecords(KeyedStateBackend<ShardKey> backend, ObjLongConsumer<ShardKey> timer, int recordsMax)
            throws Exception {
        this.state = backend.getPartitionedState(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, DESCRIPTOR);
        this.timer = timer;
        this.recordsMax = recordsMax;
        recount(backend);
    }

    private void recount(KeyedStateBackend<ShardKey> backend) throws Exception {
        List<ShardKey> keys;
        try (Stream<ShardKey> waiting = backend.getKeys(DESCRIPTOR.getName(), VoidNamespace.INSTANCE)) {
            keys = waiting.distinct().toList();
        }
        for (ShardKey key : keys) {
            backend.setCurrentKey(key);
            for (String ignored : state.keys()) {
                add(key, 1);
            }
        }
    }

    /** Whether another record may wait. */
    boolean hasRoom() {
        return count < recordsMax;
    }

    /** Keeps a record until its deadline at the latest. */
    void park(ShardRecord record, long deadlineMillis) throws Exception {
        String key = key(record);
        if (!state.contains(key)) {
            add(record.shard(), 1);
        }
        state.put(key, new Parked(record, deadlineMillis));
        timer.accept(record.shard(), deadlineMillis);
    }

    /** Whether any record waits for this shard. */
    boolean any(ShardKey shard) {
        return count > 0 && counts.containsKey(shard);
    }

    /** The records that wait for the shard, in the order Kafka had them. */
    List<Parked> of(ShardKey shard) throws Exception {
        if (!any(shard)) {
            return List.of();
        }
        List<Parked> records = new ArrayList<>();
        state.values().forEach(records::add);
        records.sort(KAFKA_ORDER);
        return records;
    }

    /** The record as it was parked, or null when it waits no longer. */
    Parked get(ShardRecord record) throws Exception {
        return any(record.shard()) ? state.get(key(record)) : null;
    }

    /** Shards for which records wait. */
    List<ShardKey> shards() {
        return List.copyOf(counts.keySet());
    }

    /** The record waits no longer. */
    void remove(ShardRecord record) throws Exception {
        state.remove(key(record));
        add(record.shard(), -1);
    }

    /** Records waiting in this instance. */
    int count() {
        return count;
    }

    private void add(ShardKey shard, int change) {
        count += change;
        counts.merge(shard, change, (a, b) -> a + b == 0 ? null : a + b);
    }

    private static String key(ShardRecord record) {
        return record.kind() + "/" + record.partition() + "/" + record.offset();
    }
}
