// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.ResultWriter;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.Degradation;
import io.dormouse.schema.Hit;
import io.dormouse.schema.MemoryKind;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.Tier;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.SearchAnswer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Turns what a shard found into a result, whole or one of several parts. */
final class Answers {
    private static final int MARGIN_MILLIS = 100;

    private final MemorySink sink;
    private final ResultWriter results;
    private final int deadlineMillis;
    private final String attempt;
    private final Supplier<Degradation> degradation;
    private final IntSupplier pressure;
    private final MetadataForm metadata = new MetadataForm();

    /**
     * @param degradation what is done without at present
     * @param pressure how short of heap the job is at present
     */
    Answers(
            MemorySink sink,
            WireFormat format,
            int deadlineMillis,
            String attempt,
            Supplier<Degradation> degradation,
            IntSupplier pressure) {
        this.degradation = degradation;
        this.pressure = pressure;
        this.sink = sink;
        this.results = new ResultWriter(format);
        this.deadlineMillis = deadlineMillis;
        this.attempt = attempt;
    }

    /** When the answer to a query is due, milliseconds since the epoch. */
    private long deadline(ShardRecord record, QueryRecord query) {
        return record.timestampMillis() + allowed(query);
    }

    /**
     * When this shard's answer is due: a part of a larger answer {@value #MARGIN_MILLIS} ms before the whole, or a tenth of
     * the time allowed where that is less, so that what comes at the last moment is still gathered.
     */
    long due(ShardRecord record, QueryRecord query) {
        long margin = record.parts() == 1 ? 0 : Math.min(MARGIN_MILLIS, allowed(query) / 10);
        return deadline(record, query) - margin;
    }

    private int allowed(QueryRecord query) {
        return query.getDeadlineMillis() == null ? deadlineMillis : query.getDeadlineMillis();
    }

    /**
     * Sends an answer.
     *
     * @param found what the shard found; empty when there is an error
     * @param coldRanges ranges of object storage that were fetched for it
     * @param partialReason why something was not searched, or null
     * @param error why the query could not be answered, or null
     */
    void send(
            ShardRecord record,
            QueryRecord query,
            SearchAnswer found,
            int coldRanges,
            String partialReason,
            String error,
            long operatorMicros,
            long waitMicros) {
        QueryResult result = new QueryResult(
                query.getId(),
                query.getNamespace(),
                attempt,
                hits(query, found),
                partialReason != null,
                partialReason,
                error,
                cost(found, coldRanges, operatorMicros, waitMicros),
                degradation.get(),
                pressure.getAsInt());
        if (record.parts() == 1) {
            sink.answer(results.write(result));
        } else {
            sink.partial(new PartialAnswer(
                    record.partition() + ":" + record.offset(),
                    record.parts(),
                    record.shard().partition(),
                    deadline(record, query),
                    query.getK(),
                    WireCodec.RESULT.encode(result, WireFormat.AVRO)));
        }
    }

    private List<Hit> hits(QueryRecord query, SearchAnswer found) {
        List<Hit> hits = new ArrayList<>(found.hits().size());
        for (SearchAnswer.Hit hit : found.hits()) {
            Item item = hit.item();
            byte[] payload = query.getIncludePayload() && !item.payloadIsCold() ? item.payload() : null;
            Map<String, Object> attributes = query.getIncludeMetadata() ? metadata.read(item.metadata()) : Map.of();
            hits.add(new Hit(
                    item.id(),
                    hit.score(),
                    MemoryKind.EPISODIC,
                    hit.hot() ? Tier.HOT : Tier.WARM,
                    payload == null ? null : ByteBuffer.wrap(payload),
                    attributes,
                    hit.vector() == null ? null : ByteBuffer.wrap(hit.vector()),
                    item.eventTimeMillis(),
                    item.version().hasExplicit() ? item.version().explicit() : null));
        }
        return hits;
    }

    private static QueryCost cost(SearchAnswer found, int coldRanges, long operatorMicros, long waitMicros) {
        return new QueryCost(
                found.pagesHot(),
                found.pagesWarm(),
                coldRanges,
                found.rowsScored(),
                found.rowsReranked(),
                found.rowsStored(),
                operatorMicros,
                waitMicros);
    }
}
