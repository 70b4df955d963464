// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.Samples;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.QueryResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.MultiInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** A plan operator with a clock that only moves when the test says so; what it sent is taken out by asking for it. */
public final class PlanHarness extends MultiInputStreamOperatorTestHarness<ShardRecord> {
    private PlanHarness(Planner planner, OperatorSubtaskState restored) throws Exception {
        super(new PlanOperatorFactory(planner, Samples.DEFAULTS), 16, 1, 0);
        setup();
        initializeState(restored);
        open();
    }

    public static PlanHarness start(Planner planner) throws Exception {
        return new PlanHarness(planner, null);
    }

    static PlanHarness restore(Planner planner, OperatorSubtaskState state) throws Exception {
        return new PlanHarness(planner, state);
    }

    public void send(KafkaRecord record) throws Exception {
        processElement(0, new StreamRecord<>(record));
    }

    void send(CommandRecord command) throws Exception {
        processElement(1, new StreamRecord<>(command));
    }

    public List<ShardRecord> planned() {
        List<ShardRecord> planned = new ArrayList<>(extractOutputValues());
        getOutput().clear();
        return planned;
    }

    public List<DeadLetter> letters() {
        return taken(PlanOutputs.DEAD_LETTERS).stream().map(Samples::letter).toList();
    }

    public List<QueryResult> answers() {
        return taken(PlanOutputs.ANSWERS).stream().map(Samples::result).toList();
    }

    private List<OutputRecord> taken(OutputTag<OutputRecord> tag) {
        List<OutputRecord> values = new ArrayList<>();
        var queue = getSideOutput(tag);
        while (queue != null && !queue.isEmpty()) {
            values.add(queue.poll().getValue());
        }
        return values;
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (Exception e) {
            throw new IllegalStateException("the operator cannot be closed", e);
        }
    }
}
