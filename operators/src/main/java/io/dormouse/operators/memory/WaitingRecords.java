// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.Parked;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.state.shard.ShardKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * Records that cannot be handled yet, in keyed state, so that a restore finds them again: queries that wait for ingest or
 * for fetches, and ingest that overtook the command which makes its partition. Each has a deadline with a timer. What each
 * waits for is kept in heap ({@link Waiters}), so that news of a shard are the business only of the records they concern.
 * The current key must be the shard that a call speaks of.
 */
final class WaitingRecords {
    private static final MapStateDescriptor<String, Parked> DESCRIPTOR =
            new MapStateDescriptor<>("waiting", Types.STRING, RecordTypes.PARKED);

    private static final Comparator<Parked> KAFKA_ORDER = Comparator.<Parked>comparingInt(
                    parked -> parked.record().partition())
            .thenComparingLong(parked -> parked.record().offset());

    /** What a parked record takes beside its body, key and original value, roughly. */
    private static final int RECORD_BYTES = 128;

    private final MapState<String, Parked> state;
    private final ObjLongConsumer<ShardKey> timer;
    private final int recordsMax;
    private final long bytesMax;
    private final Map<ShardKey, Waiters> waiters = new HashMap<>();
    /** Shards whose records came with a checkpoint: what they wait for is known when they have been looked at once. */
    private final Set<ShardKey> restored = new HashSet<>();

    private int count;
    private long bytes;
    private long lookedAt;

    /**
     * @param timer registers a processing-time timer for the current key
     * @param recordsMax records that may wait in this instance
     * @param bytesMax bytes that they may take together
     */
    WaitingRecords(KeyedStateBackend<ShardKey> backend, ObjLongConsumer<ShardKey> timer, int recordsMax, long bytesMax)
            throws Exception {
        this.state = backend.getPartitionedState(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, DESCRIPTOR);
        this.timer = timer;
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
        restore(backend);
    }

    private void restore(KeyedStateBackend<ShardKey> backend) throws Exception {
        List<ShardKey> keys;
        try (Stream<ShardKey> waiting = backend.getKeys(DESCRIPTOR.getName(), VoidNamespace.INSTANCE)) {
            keys = waiting.distinct().toList();
        }
        for (ShardKey key : keys) {
            backend.setCurrentKey(key);
            restored.add(key);
            for (Parked parked : state.values()) {
                add(key, waiter(parked.record(), parked.deadlineMillis()));
            }
        }
    }

    /** Whether another record may wait. */
    boolean hasRoom() {
        return count < recordsMax && bytes < bytesMax;
    }

    /** Keeps a record until its deadline at the latest; it waits for a fetch or a command. */
    void park(ShardRecord record, long deadlineMillis) throws Exception {
        add(record.shard(), waiter(record, deadlineMillis));
        state.put(key(record), new Parked(record, deadlineMillis));
        timer.accept(record.shard(), deadlineMillis);
    }

    /** A record that is parked waits for an ingest record now. */
    void waitFor(ShardRecord record, int partition, long offset) {
        Waiters shard = waiters.get(record.shard());
        shard.put(shard.get(key(record)).after(partition, offset));
    }

    /** Whether any record waits for this shard. */
    boolean any(ShardKey shard) {
        return count > 0 && waiters.containsKey(shard);
    }

    /** The records that wait for the shard, in the order Kafka had them. */
    List<Parked> of(ShardKey shard) throws Exception {
        restored.remove(shard);
        return any(shard) ? read(waiters.get(shard).keys()) : List.of();
    }

    /** Those whose deadline has come, in the order Kafka had them. */
    List<Parked> due(ShardKey shard, long nowMillis) throws Exception {
        return any(shard) ? read(waiters.get(shard).due(nowMillis)) : List.of();
    }

    /** Those that wait for an ingest record of this partition up to this offset, in the order Kafka had them. */
    List<Parked> reached(ShardKey shard, int partition, long offset) throws Exception {
        if (!any(shard)) {
            return List.of();
        }
        return restored.contains(shard) ? of(shard) : read(waiters.get(shard).reached(partition, offset));
    }

    private List<Parked> read(List<String> keys) throws Exception {
        List<Parked> records = new ArrayList<>(keys.size());
        for (String key : keys) {
            records.add(state.get(key));
        }
        lookedAt += records.size();
        records.sort(KAFKA_ORDER);
        return records;
    }

    /** The record as it was parked, or null when it waits no longer. */
    Parked get(ShardRecord record) throws Exception {
        Waiters shard = waiters.get(record.shard());
        return shard == null || shard.get(key(record)) == null ? null : state.get(key(record));
    }

    /** Shards for which records wait. */
    List<ShardKey> shards() {
        return List.copyOf(waiters.keySet());
    }

    /** The record waits no longer. */
    void remove(ShardRecord record) throws Exception {
        state.remove(key(record));
        Waiters shard = waiters.get(record.shard());
        Waiters.Waiter waiter = shard == null ? null : shard.remove(key(record));
        if (waiter != null) {
            count--;
            bytes -= waiter.bytes();
            if (shard.isEmpty()) {
                waiters.remove(record.shard());
            }
        }
    }

    /** Records waiting in this instance. */
    int count() {
        return count;
    }

    /** Bytes that they take in state, roughly. */
    long bytes() {
        return bytes;
    }

    /** Records read from state so far because they were due, or ingest had reached them. */
    long lookedAt() {
        return lookedAt;
    }

    private void add(ShardKey shard, Waiters.Waiter waiter) {
        Waiters.Waiter before =
                waiters.computeIfAbsent(shard, absent -> new Waiters()).put(waiter);
        count += before == null ? 1 : 0;
        bytes += waiter.bytes() - (before == null ? 0 : before.bytes());
    }

    private static Waiters.Waiter waiter(ShardRecord record, long deadlineMillis) {
        int size = RECORD_BYTES + length(record.body()) + length(record.original()) + length(record.key());
        return Waiters.Waiter.of(key(record), size, deadlineMillis);
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static String key(ShardRecord record) {
        return record.kind() + "/" + record.partition() + "/" + record.offset();
    }
}
