// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.plan.DeadLetters;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.Violation;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** The outputs of the operator: whole answers to the main one, the rest to those of {@link MemoryOutputs}. */
final class OperatorSink implements MemorySink {
    private final Output<StreamRecord<OutputRecord>> output;
    private final DeadLetters deadLetters;
    private final StreamRecord<OutputRecord> outgoing = new StreamRecord<>(null);

    OperatorSink(Output<StreamRecord<OutputRecord>> output, DeadLetters deadLetters) {
        this.output = output;
        this.deadLetters = deadLetters;
    }

    @Override
    public void answer(OutputRecord result) {
        output.collect(outgoing.replace(result));
    }

    @Override
    public void partial(PartialAnswer part) {
        side(MemoryOutputs.PARTIALS, part);
    }

    @Override
    public void event(OutputRecord event) {
        side(MemoryOutputs.EVENTS, event);
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        side(MemoryOutputs.ACKNOWLEDGEMENTS, acknowledgement);
    }

    @Override
    public void accepted(OutputRecord command) {
        side(MemoryOutputs.ACCEPTED, command);
    }

    @Override
    public void refuse(ShardRecord record, Violation why, String id) {
        side(MemoryOutputs.DEAD_LETTERS, deadLetters.of(record, why, id));
    }

    private <T> void side(OutputTag<T> tag, T value) {
        output.collect(tag, new StreamRecord<>(value));
    }
}
