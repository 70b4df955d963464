// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.namespace.NamespaceDefaults;
import io.dormouse.operators.namespace.Topology;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.HandledInput;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorV2;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.api.operators.MultipleInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Runs a {@link Planner}: input 1 are the records of its topic, input 2 the broadcast commands. It is a multiple-input
 * operator because those have timers without being keyed. It is not chained to its source, see docs/decisions/0003.
 */
final class PlanOperator extends AbstractStreamOperatorV2<ShardRecord>
        implements MultipleInputStreamOperator<ShardRecord>, PlanContext {
    /** How often planners are told that time passed. */
    static final long TICK_MILLIS = 50;

    private final Planner planner;
    private final NamespaceDefaults defaults;
    private final StreamRecord<ShardRecord> outgoing = new StreamRecord<>(null);

    private BroadcastState<String, byte[]> topology;
    private boolean spreadNamespaces;
    private Counter sent;
    private Counter refused;

    PlanOperator(StreamOperatorParameters<ShardRecord> parameters, Planner planner, NamespaceDefaults defaults) {
        super(parameters, 2);
        this.planner = planner;
        this.defaults = defaults;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List<Input> getInputs() {
        return List.of(
                new HandledInput<KafkaRecord, ShardRecord>(this, 1, record -> planner.plan(record, this)),
                new HandledInput<CommandRecord, ShardRecord>(this, 2, this::learn));
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        topology = context.getOperatorStateStore().getBroadcastState(Topology.DESCRIPTOR);
        spreadNamespaces = topology.iterator().hasNext();
    }

    @Override
    public void open() throws Exception {
        planner.open();
        sent = getMetricGroup().counter("recordsPlanned");
        refused = getMetricGroup().counter("recordsRefused");
        scheduleTick();
    }

    private void scheduleTick() {
        getProcessingTimeService()
                .registerTimer(getProcessingTimeService().getCurrentProcessingTime() + TICK_MILLIS, time -> {
                    planner.tick(this);
                    scheduleTick();
                });
    }

    private void learn(CommandRecord record) throws Exception {
        NamespaceCommand command = WireCodec.COMMAND.decode(record.body(), WireFormat.AVRO);
        if (Topology.spreads(command) && !topology.contains(command.getNamespace())) {
            Topology.put(topology, command.getNamespace(), defaults.of(command));
            spreadNamespaces = true;
        } else if (command.getOp() == NamespaceOp.ERASE) {
            topology.remove(command.getNamespace());
            planner.forget(command.getNamespace());
        }
    }

    @Override
    public int partitions(String namespace) {
        if (!spreadNamespaces) {
            return 1;
        }
        try {
            return Topology.partitions(topology, namespace);
        } catch (Exception e) {
            throw new FlinkRuntimeException("cannot read the topology of namespace '" + namespace + "'", e);
        }
    }

    @Override
    public void send(ShardRecord record) {
        sent.inc();
        output.collect(outgoing.replace(record));
    }

    @Override
    public void refuse(OutputRecord deadLetter) {
        refused.inc();
        output.collect(PlanOutputs.DEAD_LETTERS, new StreamRecord<>(deadLetter));
    }

    @Override
    public void answer(OutputRecord result) {
        refused.inc();
        output.collect(PlanOutputs.ANSWERS, new StreamRecord<>(result));
    }

    @Override
    public long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }
}
