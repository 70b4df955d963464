// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Waits for all parts of an asking, each of which comes from another shard. Its input is partitioned by {@link
 * Part#askId()} like a keyed stream, but it keeps no keyed state: what waits is little and short-lived, lies in heap and
 * goes into checkpoints as a list, of which every instance takes what is its own. An instance of RocksDB would have to be
 * flushed at each checkpoint, beside that of the paged memory which queries wait for.
 *
 * @param <P> what comes
 */
abstract class GatherOperator<P extends Part> extends AbstractStreamOperator<OutputRecord>
        implements OneInputStreamOperator<P, OutputRecord>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** An instance waits with so much at most; beyond, the oldest asking has to do with what has come. */
    static final long BYTES_MAX = 64L << 20;

    private final TypeInformation<P> type;
    private transient ListState<P> state;
    /** By asking, oldest first. */
    private transient Map<String, Gathered<P>> waiting;

    private transient long bytes;

    GatherOperator(TypeInformation<P> type) {
        this.type = type;
    }

    /** All parts have come; nothing is kept of them. */
    abstract void whole(Gathered<P> all);

    /**
     * Nobody waits for the parts that lack; nothing is kept of those that came.
     *
     * @param when completes "they had not come"
     */
    abstract void givenUp(Gathered<P> some, String when);

    /** When an asking is given up, milliseconds since the epoch. */
    abstract long dueMillis(P first, long nowMillis);

    /** Whether a part is not worth waiting with. */
    boolean isLate(P part) {
        return false;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        waiting = new LinkedHashMap<>();
        state = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("parts", type));
        if (context.isRestored()) {
            for (P part : state.get()) {
                if (isMine(part.askId())) {
                    add(part);
                }
            }
        }
    }

    /** Whether parts of an asking come to this instance. */
    final boolean isMine(String askId) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                askId, task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks());
        return owner == task.getIndexOfThisSubtask();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<P> parts = new ArrayList<>();
        waiting.values().forEach(each -> parts.addAll(each.parts()));
        state.update(parts);
    }

    @Override
    public void processElement(StreamRecord<P> record) {
        P part = record.getValue();
        if (isLate(part)) {
            return;
        }
        Gathered<P> gathered = add(part);
        if (gathered.isWhole()) {
            remove(part.askId());
            whole(gathered);
        }
        while (bytes > BYTES_MAX) {
            giveUp(waiting.keySet().iterator().next(), "when there was no room to wait for them any longer");
        }
    }

    private Gathered<P> add(P part) {
        long now = nowMillis();
        Gathered<P> gathered = waiting.get(part.askId());
        if (gathered == null) {
            gathered = new Gathered<>(now);
            waiting.put(part.askId(), gathered);
            gathered.alarm(getProcessingTimeService()
                    .registerTimer(
                            Math.max(dueMillis(part, now), now + 1), time -> giveUp(part.askId(), "at the deadline")));
        }
        bytes += gathered.add(part);
        return gathered;
    }

    private void giveUp(String askId, String when) {
        if (waiting.containsKey(askId)) {
            givenUp(remove(askId), when);
        }
    }

    private Gathered<P> remove(String askId) {
        Gathered<P> gathered = waiting.remove(askId);
        gathered.cancelAlarm();
        bytes -= gathered.bytes();
        return gathered;
    }

    /** Nothing comes any more. */
    @Override
    public void endInput() {
        for (String askId : List.copyOf(waiting.keySet())) {
            giveUp(askId, "when the input ended");
        }
    }

    final long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    final void send(OutputRecord record) {
        output.collect(new StreamRecord<>(record));
    }
}
