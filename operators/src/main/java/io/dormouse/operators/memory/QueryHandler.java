// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.AfterToken;
import io.dormouse.schema.MalformedRecordException;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.Vectors;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.kernel.Metric;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Answers queries: at once, or after the ingest records they wait for, or at their deadline with what there is. */
final class QueryHandler {
    private final PagedMemory memory;
    private final WaitingRecords waiting;
    private final Answers answers;
    private final MemoryMetrics metrics;

    QueryHandler(PagedMemory memory, WaitingRecords waiting, Answers answers, MemoryMetrics metrics) {
        this.memory = memory;
        this.waiting = waiting;
        this.answers = answers;
        this.metrics = metrics;
    }

    /** A query arrives. */
    void handle(ShardRecord record, long nowMillis) throws Exception {
        QueryRecord query = decode(record);
        ShardMemory shard = memory.wake(record.shard());
        if (reached(shard, query)) {
            answer(record, query, shard, null, 0);
        } else if (waiting.hasRoom()) {
            waiting.park(record, answers.deadline(record, query));
        } else {
            answer(record, query, shard, "too many queries wait for ingest: ask again later", 0);
        }
    }

    /** A parked query is looked at again; true when it has been answered. */
    boolean retry(ShardRecord record, long deadlineMillis, long nowMillis) throws Exception {
        QueryRecord query = decode(record);
        ShardMemory shard = memory.wake(record.shard());
        boolean reached = reached(shard, query);
        if (!reached && nowMillis < deadlineMillis) {
            return false;
        }
        String reason = reached
                ? null
                : "the ingest records it waits for (" + describe(query) + ") had not been applied at its deadline";
        answer(record, query, shard, reason, nowMillis - record.timestampMillis());
        return true;
    }

    private void answer(
            ShardRecord record, QueryRecord query, ShardMemory shard, String partialReason, long waitedMillis) {
        long start = System.nanoTime();
        SearchAnswer found = SearchAnswer.EMPTY;
        String reason = partialReason;
        String error = error(record, query, shard);
        if (error == null && shard != null) {
            found = shard.search(request(query));
            memory.settle(shard);
            if (found.damagedPages() > 0) {
                reason = found.damagedPages() + " damaged page(s) could not be searched";
            }
        }
        long nanos = System.nanoTime() - start;
        metrics.answered(found, reason != null, error != null, nanos);
        answers.send(
                record,
                query,
                found,
                reason,
                error,
                TimeUnit.NANOSECONDS.toMicros(nanos),
                TimeUnit.MILLISECONDS.toMicros(waitedMillis));
    }

    private static SearchRequest request(QueryRecord query) {
        float recallTarget = query.getRecallTarget() == null ? Float.NaN : query.getRecallTarget();
        return new SearchRequest(query.getVector(), query.getK(), recallTarget, query.getIncludeVector());
    }

    /** Why the query cannot be asked of this shard, or null. */
    private static String error(ShardRecord record, QueryRecord query, ShardMemory shard) {
        if (shard == null) {
            return record.parts() == 1 || record.shard().partition() == 0
                    ? Violation.unknownNamespace(query.getNamespace()).message()
                    : null;
        }
        int dimension = Vectors.dimension(query.getVector());
        if (dimension != shard.settings().dimension()) {
            return Violation.wrongQueryDimension(
                            query.getNamespace(), shard.settings().dimension(), query.getId(), dimension)
                    .message();
        }
        if (shard.settings().metric() == Metric.COSINE && isZero(query.getVector())) {
            return Violation.zeroVectorUnderCosine(query.getNamespace(), query.getId())
                    .message();
        }
        return null;
    }

    static boolean isZero(ByteBuffer vector) {
        for (int i = vector.position(); i + Float.BYTES <= vector.limit(); i += Float.BYTES) {
            if ((Integer.reverseBytes(vector.getInt(i)) & 0x7FFF_FFFF) != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean reached(ShardMemory shard, QueryRecord query) {
        for (AfterToken token : query.getAfter()) {
            if (shard == null || !shard.reached(token.getPartition(), token.getOffset())) {
                return false;
            }
        }
        return true;
    }

    private static String describe(QueryRecord query) {
        StringBuilder text = new StringBuilder();
        for (AfterToken token : query.getAfter()) {
            text.append(text.length() == 0 ? "" : ", ")
                    .append("partition ")
                    .append(token.getPartition())
                    .append(" offset ")
                    .append(token.getOffset());
        }
        return text.toString();
    }

    private static QueryRecord decode(ShardRecord record) {
        try {
            return WireCodec.QUERY.decode(record.body(), WireFormat.AVRO);
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("a query that passed validation cannot be read again", e);
        }
    }
}
