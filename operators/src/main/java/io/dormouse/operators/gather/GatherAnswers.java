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
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Puts together the answers of the shards of one namespace, keyed by the asking. The last part completes the result; at
 * the deadline what is there is sent, flagged partial. A part that comes twice counts once, and one that comes after the
 * result was sent is dropped while the asking is remembered.
 */
public final class GatherAnswers extends KeyedProcessFunction<String, PartialAnswer, OutputRecord> {
    private static final long serialVersionUID = 1L;

    /** How long an answered asking is remembered, so that late parts do not start it anew. */
    static final long REMEMBER_MILLIS = 60_000;

    private final ResultWriter results;
    private transient MapState<Integer, PartialAnswer> parts;
    /** When the first part came; absent before. */
    private transient ValueState<Long> since;
    /** When the asking may be forgotten; absent until its result was sent. */
    private transient ValueState<Long> forgetAt;

    public GatherAnswers(WireFormat resultFormat) {
        this.results = new ResultWriter(resultFormat);
    }

    @Override
    public void open(OpenContext context) {
        parts = getRuntimeContext().getMapState(new MapStateDescriptor<>("parts", Types.INT, RecordTypes.PARTIAL));
        since = getRuntimeContext().getState(new ValueStateDescriptor<>("since", Types.LONG));
        forgetAt = getRuntimeContext().getState(new ValueStateDescriptor<>("forgetAt", Types.LONG));
    }

    @Override
    public void processElement(PartialAnswer part, Context context, Collector<OutputRecord> out) throws Exception {
        if (forgetAt.value() != null) {
            return;
        }
        long now = context.timerService().currentProcessingTime();
        if (since.value() == null) {
            since.update(now);
            context.timerService().registerProcessingTimeTimer(Math.max(part.deadlineMillis(), now + 1));
        }
        parts.put(part.part(), part);
        TreeMap<Integer, PartialAnswer> arrived = arrived();
        if (arrived.size() == part.parts()) {
            send(arrived, context, out);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<OutputRecord> out) throws Exception {
        Long forget = forgetAt.value();
        if (forget == null) {
            send(arrived(), context, out);
        } else if (timestamp >= forget) {
            since.clear();
            forgetAt.clear();
        }
    }

    private void send(TreeMap<Integer, PartialAnswer> arrived, Context context, Collector<OutputRecord> out)
            throws Exception {
        long now = context.timerService().currentProcessingTime();
        PartialAnswer any = arrived.firstEntry().getValue();
        List<QueryResult> answers = new ArrayList<>(arrived.size());
        for (PartialAnswer part : arrived.values()) {
            answers.add(decode(part));
        }
        QueryResult merged =
                ResultMerge.merge(answers, any.parts(), any.k(), TimeUnit.MILLISECONDS.toMicros(now - since.value()));
        out.collect(results.write(merged));
        parts.clear();
        forgetAt.update(now + REMEMBER_MILLIS);
        context.timerService().registerProcessingTimeTimer(now + REMEMBER_MILLIS);
    }

    /** The parts that have come, by partition. */
    private TreeMap<Integer, PartialAnswer> arrived() throws Exception {
        TreeMap<Integer, PartialAnswer> arrived = new TreeMap<>();
        for (PartialAnswer part : parts.values()) {
            arrived.put(part.part(), part);
        }
        return arrived;
    }

    private static QueryResult decode(PartialAnswer part) {
        try {
            return WireCodec.RESULT.decode(part.result(), WireFormat.AVRO);
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("a partial answer that this job wrote cannot be read again", e);
        }
    }
}
