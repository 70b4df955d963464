// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
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

    /**
     * An instance waits with so much at most; beyond, the largest asking has to do with what has come. A restore reads what
     * all instances had.
     */
    static final long BYTES_MAX = 16L << 20;

    private final TypeInformation<P> type;
    /** When the first part of the asking came, and a part. */
    private transient ListState<Tuple2<Long, P>> state;
    /** By asking. */
    private transient Map<String, Gathered<P>> waiting;

    private transient long bytes;

    GatherOperator(TypeInformation<P> type) {
        this.type = type;
    }

    /** All parts have come; nothing is kept of them. */
    abstract void whole(Gathered<P> all);

    /** It is time: nobody waits for the parts that lack; nothing is kept of those that came. */
    abstract void overdue(Gathered<P> some);

    /**
     * As {@link #overdue}, but sooner.
     *
     * @param why completes "others had not come"
     */
    abstract void givenUp(Gathered<P> some, String why);

    /** When an asking is overdue, milliseconds since the epoch. */
    abstract long dueMillis(P any, long sinceMillis);

    /** Whether a part is not worth waiting with. */
    boolean isLate(P part) {
        return false;
    }

    /** Lets an asking become smaller if it can. */
    void grown(Gathered<P> gathered) {}

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        waiting = new LinkedHashMap<>();
        state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("parts", Types.TUPLE(Types.LONG, type)));
        if (context.isRestored()) {
            for (Tuple2<Long, P> each : state.get()) {
                if (isMine(each.f1.askId())) {
                    add(each.f1, each.f0);
                }
            }
            state.clear();
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        makeRoom();
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
        List<Tuple2<Long, P>> parts = new ArrayList<>();
        for (Gathered<P> each : waiting.values()) {
            each.parts().forEach(part -> parts.add(Tuple2.of(each.sinceMillis(), part)));
        }
        state.update(parts);
    }

    /** The checkpoint has a copy of its own. */
    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        state.clear();
    }

    @Override
    public void processElement(StreamRecord<P> record) {
        P part = record.getValue();
        if (isLate(part)) {
            return;
        }
        Gathered<P> gathered = add(part, nowMillis());
        if (gathered.isWhole()) {
            whole(remove(part.askId()));
            return;
        }
        bytes -= gathered.bytes();
        grown(gathered);
        bytes += gathered.bytes();
        makeRoom();
    }

    private Gathered<P> add(P part, long sinceMillis) {
        Gathered<P> gathered = waiting.get(part.askId());
        if (gathered == null) {
            gathered = new Gathered<>(sinceMillis);
            waiting.put(part.askId(), gathered);
            gathered.alarm(getProcessingTimeService()
                    .registerTimer(
                            Math.max(dueMillis(part, sinceMillis), nowMillis() + 1), time -> overdue(part.askId())));
        }
        bytes -= gathered.bytes();
        gathered.add(part);
        bytes += gathered.bytes();
        return gathered;
    }

    private void overdue(String askId) {
        if (waiting.containsKey(askId)) {
            overdue(remove(askId));
        }
    }

    private void makeRoom() {
        while (bytes > BYTES_MAX) {
            String largest = waiting.entrySet().stream()
                    .max(Comparator.comparingLong(each -> each.getValue().bytes()))
                    .orElseThrow()
                    .getKey();
            givenUp(remove(largest), "when there was no room to wait for them any longer");
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
            givenUp(remove(askId), "when the input ended");
        }
    }

    final long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    final void send(OutputRecord record) {
        output.collect(new StreamRecord<>(record));
    }
}
