// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.gather;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.operators.record.ResultWriter;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;

/**
 * Puts together the answers of the shards of one namespace. The last part completes the result; at the deadline what is
 * there is sent, flagged partial. A part that comes twice counts once, and one that comes after a partial result was sent
 * is dropped while the asking is remembered.
 */
public final class GatherAnswers extends GatherOperator<PartialAnswer> {
    private static final long serialVersionUID = 1L;

    /** How long an asking is remembered that was answered without some of its parts. */
    static final long REMEMBER_MILLIS = 60_000;

    /** So many are remembered at most, the youngest. */
    static final int ANSWERED_MAX = 20_000;

    /** An asking that takes more is looked at for hits that the result will not hold. */
    static final long THIN_BYTES = OutputRecord.BYTES_MAX;

    private final ResultWriter results;
    private transient ListState<Tuple2<String, Long>> state;
    /** When what was answered in part may be forgotten, by asking; the first to be forgotten first. */
    private transient Map<String, Long> answered;

    public GatherAnswers(WireFormat resultFormat) {
        super(RecordTypes.PARTIAL);
        this.results = new ResultWriter(resultFormat);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        answered = new LinkedHashMap<>();
        state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("answered", Types.TUPLE(Types.STRING, Types.LONG)));
        if (context.isRestored()) {
            List<Tuple2<String, Long>> all = new ArrayList<>();
            state.get().forEach(all::add);
            all.stream()
                    .filter(each -> isMine(each.f0))
                    .sorted(Comparator.comparing(each -> each.f1))
                    .forEach(each -> answered.put(each.f0, each.f1));
            state.clear();
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        forget();
        List<Tuple2<String, Long>> all = new ArrayList<>();
        answered.forEach((askId, forgetAt) -> all.add(Tuple2.of(askId, forgetAt)));
        state.update(all);
    }

    @Override
    boolean isLate(PartialAnswer part) {
        forget();
        return answered.containsKey(part.askId());
    }

    private void forget() {
        long now = nowMillis();
        Iterator<Long> oldest = answered.values().iterator();
        while (oldest.hasNext() && (oldest.next() <= now || answered.size() > ANSWERED_MAX)) {
            oldest.remove();
        }
    }

    @Override
    long dueMillis(PartialAnswer any, long sinceMillis) {
        return any.deadlineMillis();
    }

    /** Of many parts with large payloads only what the result will hold is kept. */
    @Override
    void grown(Gathered<PartialAnswer> gathered) {
        if (gathered.bytes() > THIN_BYTES && gathered.bytes() > 2 * gathered.bytesWhenThinned()) {
            List<PartialAnswer> parts = List.copyOf(gathered.parts());
            List<QueryResult> answers =
                    parts.stream().map(GatherAnswers::decode).toList();
            ResultMerge.keepBest(answers, gathered.any().k());
            List<PartialAnswer> thinned = new ArrayList<>(parts.size());
            for (int i = 0; i < parts.size(); i++) {
                thinned.add(parts.get(i).with(WireCodec.RESULT.encode(answers.get(i), WireFormat.AVRO)));
            }
            gathered.thin(thinned);
        }
    }

    @Override
    void whole(Gathered<PartialAnswer> all) {
        answer(all, "");
    }

    @Override
    void overdue(Gathered<PartialAnswer> some) {
        givenUp(some, "at the deadline");
    }

    @Override
    void givenUp(Gathered<PartialAnswer> some, String why) {
        answer(some, why);
        answered.put(some.any().askId(), nowMillis() + REMEMBER_MILLIS);
    }

    private void answer(Gathered<PartialAnswer> gathered, String why) {
        List<QueryResult> parts =
                gathered.parts().stream().map(GatherAnswers::decode).toList();
        PartialAnswer any = gathered.any();
        long waitMicros = TimeUnit.MILLISECONDS.toMicros(nowMillis() - gathered.sinceMillis());
        send(results.write(ResultMerge.merge(parts, any.parts(), why, any.k(), waitMicros)));
    }

    private static QueryResult decode(PartialAnswer part) {
        try {
            return WireCodec.RESULT.decode(part.result(), WireFormat.AVRO);
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("a partial answer that this job wrote cannot be read again", e);
        }
    }
}
