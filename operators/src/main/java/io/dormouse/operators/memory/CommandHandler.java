// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.namespace.Events;
import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.namespace.Topology;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.schema.EventType;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.shard.DamagedShardException;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.BroadcastState;

/**
 * Applies namespace commands to the shards this instance owns. Every instance sees every command, in the same order, and
 * keeps the same topology: the namespaces of several partitions.
 *
 * <p>A namespace may exist already, made by its first record, when its CREATE comes. So a CREATE of several partitions
 * has two steps: the first partition agrees or refuses; when it agrees, the job sends the command once more, marked
 * {@code accepted}, through the namespaces topic, and only then does anybody spread records over partitions.
 */
final class CommandHandler {
    private final PagedMemory memory;
    private final BroadcastState<String, byte[]> topology;
    private final NamespaceDefaults defaults;
    private final Predicate<ShardKey> owned;
    private final DamagedShards damaged;
    private final MemorySink sink;
    private final WireFormat eventFormat;

    CommandHandler(
            PagedMemory memory,
            BroadcastState<String, byte[]> topology,
            NamespaceDefaults defaults,
            Predicate<ShardKey> owned,
            DamagedShards damaged,
            MemorySink sink,
            WireFormat eventFormat) {
        this.memory = memory;
        this.topology = topology;
        this.defaults = defaults;
        this.owned = owned;
        this.damaged = damaged;
        this.sink = sink;
        this.eventFormat = eventFormat;
    }

    /** Settings of a namespace of several partitions, or null. */
    NamespaceSettings spread(String namespace) throws Exception {
        return Topology.settings(topology, namespace);
    }

    /** Applies a command to the shards owned here; the caller looks after what waits for them. */
    void handle(CommandRecord record, NamespaceCommand command, long nowMillis) throws Exception {
        try {
            switch (command.getOp()) {
                case CREATE -> create(record, command, nowMillis);
                case ALTER -> alter(record, command, nowMillis);
                case ERASE -> erase(record, command, nowMillis);
            }
        } catch (DamagedShardException e) {
            reject(command, damaged.isolate(e, nowMillis).message(), nowMillis);
        }
    }

    /** Partitions that a command concerns. */
    int partitions(NamespaceCommand command) throws Exception {
        return command.getOp() == NamespaceOp.CREATE
                ? Topology.partitionsOf(command)
                : Topology.partitions(topology, command.getNamespace());
    }

    private void create(CommandRecord record, NamespaceCommand command, long nowMillis) throws Exception {
        NamespaceSettings wanted = defaults.of(command);
        ShardKey first = new ShardKey(command.getNamespace(), 0);
        if (!Topology.spreads(command)) {
            if (owned.test(first)) {
                createFirst(record, command, wanted, nowMillis);
            }
            return;
        }
        if (unsupported(command, wanted) != null) {
            if (owned.test(first)) {
                reject(command, unsupported(command, wanted).message(), nowMillis);
            }
            return;
        }
        if (!topology.contains(command.getNamespace())) {
            Topology.put(topology, command.getNamespace(), wanted);
        }
        for (int partition = 0; partition < wanted.partitions(); partition++) {
            ShardKey key = new ShardKey(command.getNamespace(), partition);
            if (owned.test(key)) {
                ShardMemory shard = memory.wake(key);
                if (shard == null) {
                    shard = memory.create(key, wanted);
                }
                memory.settle(shard);
                acknowledge(
                        record,
                        command,
                        EventType.NAMESPACE_CREATED,
                        wanted.partitions(),
                        partition,
                        shard.items(),
                        nowMillis);
            }
        }
    }

    /** The first partition agrees to its namespace, or refuses because there is another of that name. */
    private void createFirst(CommandRecord record, NamespaceCommand command, NamespaceSettings wanted, long nowMillis)
            throws Exception {
        ShardKey key = new ShardKey(command.getNamespace(), 0);
        ShardMemory shard = memory.wake(key);
        Violation violation = unsupported(command, shard == null ? wanted : shard.settings());
        if (violation == null) {
            violation = shard == null ? tooMany(wanted) : conflict(command, shard.settings());
        }
        if (violation != null) {
            reject(command, violation.message(), nowMillis);
            return;
        }
        if (shard == null) {
            shard = memory.create(key, wanted);
        } else if (shard.settings().partitions() != wanted.partitions()) {
            shard.adoptPartitions(
                    wanted.ofShape(shard.settings().metric(), shard.settings().code()));
        }
        memory.settle(shard);
        if (wanted.partitions() == 1) {
            acknowledge(record, command, EventType.NAMESPACE_CREATED, 1, 0, shard.items(), nowMillis);
        } else {
            NamespaceDefaults.name(shard.settings(), command);
            command.setAccepted(true);
            sink.accepted(new OutputRecord(
                    command.getNamespace().getBytes(StandardCharsets.UTF_8),
                    WireCodec.COMMAND.encode(command, WireFormat.AVRO)));
        }
    }

    private void alter(CommandRecord record, NamespaceCommand command, long nowMillis) throws Exception {
        int partitions = partitions(command);
        NamespaceSettings spread = spread(command.getNamespace());
        if (spread != null) {
            Topology.put(topology, command.getNamespace(), NamespaceDefaults.altered(spread, command));
        }
        for (int partition = 0; partition < partitions; partition++) {
            ShardKey key = new ShardKey(command.getNamespace(), partition);
            if (!owned.test(key)) {
                continue;
            }
            ShardMemory shard = memory.wake(key);
            if (shard == null) {
                reject(
                        command,
                        Violation.unknownNamespace(command.getNamespace()).message(),
                        nowMillis);
                continue;
            }
            NamespaceSettings altered = NamespaceDefaults.altered(shard.settings(), command);
            shard.alter(altered);
            memory.settle(shard);
            acknowledge(record, command, EventType.NAMESPACE_ALTERED, partitions, partition, shard.items(), nowMillis);
        }
    }

    private void erase(CommandRecord record, NamespaceCommand command, long nowMillis) throws Exception {
        int partitions = partitions(command);
        topology.remove(command.getNamespace());
        for (int partition = 0; partition < partitions; partition++) {
            ShardKey key = new ShardKey(command.getNamespace(), partition);
            if (owned.test(key)) {
                long items = items(key);
                memory.erase(key);
                damaged.erased(key);
                acknowledge(record, command, EventType.NAMESPACE_ERASED, partitions, partition, items, nowMillis);
            }
        }
    }

    private Violation tooMany(NamespaceSettings wanted) throws Exception {
        if (wanted.partitions() == 1) {
            return null;
        }
        int spread = 0;
        for (Map.Entry<String, byte[]> ignored : topology.entries()) {
            spread++;
        }
        return spread < Topology.NAMESPACES_MAX ? null : Violation.tooManySpread(Topology.NAMESPACES_MAX);
    }

    private Violation unsupported(NamespaceCommand command, NamespaceSettings wanted) {
        String refusal = memory.refusal(wanted);
        return refusal == null ? null : Violation.unsupported(command.getNamespace(), refusal);
    }

    /** What a command names that contradicts the namespace; what it does not name is the namespace's. */
    private static Violation conflict(NamespaceCommand command, NamespaceSettings existing) {
        String namespace = command.getNamespace();
        int partitions = Topology.partitionsOf(command);
        if (existing.dimension() != command.getDimension()) {
            return Violation.settingConflict(namespace, "dimension", existing.dimension(), command.getDimension());
        }
        if (differs(existing.metric(), command.getMetric())) {
            return Violation.settingConflict(namespace, "metric", existing.metric(), command.getMetric());
        }
        if (differs(existing.code(), command.getCode())) {
            return Violation.settingConflict(namespace, "code", existing.code(), command.getCode());
        }
        if (existing.partitions() != partitions && existing.partitions() != 1) {
            return Violation.settingConflict(namespace, "partitions", existing.partitions(), partitions);
        }
        return null;
    }

    private static boolean differs(Enum<?> existing, Enum<?> named) {
        return named != null && !existing.name().equals(named.name());
    }

    /** Items of a shard that is to be erased; of a damaged one nobody knows. */
    private long items(ShardKey key) {
        ShardMemory shard = memory.wakeSound(key);
        return shard == null ? 0 : shard.items();
    }

    private void reject(NamespaceCommand command, String message, long nowMillis) {
        sink.event(Events.write(
                Events.about(command, EventType.NAMESPACE_REJECTED, message, nowMillis, Map.of()), eventFormat));
    }

    private void acknowledge(
            CommandRecord record,
            NamespaceCommand command,
            EventType type,
            int partitions,
            int partition,
            long items,
            long nowMillis) {
        byte[] event = WireCodec.EVENT.encode(
                Events.about(command, type, message(type, command, partitions), nowMillis, Map.of()), WireFormat.AVRO);
        sink.acknowledge(
                new Acknowledgement(record.partition() + ":" + record.offset(), partitions, partition, items, event));
    }

    private static String message(EventType type, NamespaceCommand command, int partitions) {
        String what = switch (type) {
            case NAMESPACE_CREATED -> "created";
            case NAMESPACE_ALTERED -> "altered";
            default -> "erased from heap and state; checkpoints that are still retained hold it until they go";
        };
        return "namespace '" + command.getNamespace() + "' with " + partitions + " partition(s) " + what;
    }
}
