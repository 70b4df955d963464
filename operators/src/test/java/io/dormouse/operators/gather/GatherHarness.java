// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** Instances of a gathering operator, between which parts are partitioned as the job does it. */
final class GatherHarness<P extends Part> {
    private static final int KEY_GROUPS = 16;
    private static final int STATE_BYTES_MAX = 64 << 20;

    private final Supplier<GatherOperator<P>> operator;
    private final List<OneInputStreamOperatorTestHarness<P, OutputRecord>> instances = new ArrayList<>();
    private long nowMillis;

    /** Starts one instance. */
    GatherHarness(Supplier<GatherOperator<P>> operator, long nowMillis) throws Exception {
        this.operator = operator;
        this.nowMillis = nowMillis;
        start(null, 1, 1);
    }

    /** Stops all instances with a snapshot and starts so many from it. */
    void restart(int parallelism) throws Exception {
        restart(parallelism, nowMillis);
    }

    /** As {@link #restart(int)}, at a later time. */
    void restart(int parallelism, long millis) throws Exception {
        OperatorSubtaskState[] states = new OperatorSubtaskState[instances.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = instances.get(i).snapshot(1, 1);
        }
        close();
        instances.clear();
        nowMillis = millis;
        start(AbstractStreamOperatorTestHarness.repackageState(states), states.length, parallelism);
    }

    private void start(OperatorSubtaskState state, int from, int parallelism) throws Exception {
        for (int index = 0; index < parallelism; index++) {
            OneInputStreamOperatorTestHarness<P, OutputRecord> instance =
                    new OneInputStreamOperatorTestHarness<>(operator.get(), KEY_GROUPS, parallelism, index);
            instances.add(instance);
            instance.setCheckpointStorage(new JobManagerCheckpointStorage(STATE_BYTES_MAX));
            instance.setup();
            instance.setProcessingTime(nowMillis);
            instance.initializeState(
                    state == null
                            ? null
                            : AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                    state, KEY_GROUPS, from, parallelism, index));
            instance.open();
        }
    }

    void send(P part) throws Exception {
        int index = KeyGroupRangeAssignment.assignKeyToParallelOperator(part.askId(), KEY_GROUPS, instances.size());
        instances.get(index).processElement(new StreamRecord<>(part));
    }

    void setProcessingTime(long millis) throws Exception {
        nowMillis = millis;
        for (OneInputStreamOperatorTestHarness<P, OutputRecord> each : instances) {
            each.setProcessingTime(millis);
        }
    }

    void endInput() throws Exception {
        for (OneInputStreamOperatorTestHarness<P, OutputRecord> each : instances) {
            each.endInput();
        }
    }

    /** What came out of all instances since the last call. */
    List<OutputRecord> sent() {
        List<OutputRecord> sent = new ArrayList<>();
        for (OneInputStreamOperatorTestHarness<P, OutputRecord> each : instances) {
            sent.addAll(each.extractOutputValues());
            each.getOutput().clear();
        }
        return sent;
    }

    void close() throws Exception {
        for (OneInputStreamOperatorTestHarness<P, OutputRecord> each : instances) {
            each.close();
        }
    }
}
