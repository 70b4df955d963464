// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.memory.QueryBatch.Asked;
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
import io.dormouse.state.shard.DamagedShardException;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.step.BatchSize;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.operators.MailboxExecutor;

/** Answers queries: with those beside them, or after the ingest they wait for, or at their deadline with what there is. */
final class QueryHandler {
    private final PagedMemory memory;
    private final WaitingRecords waiting;
    private final AgeingTimers ageing;
    private final ColdQueries cold;
    private final DamagedShards damaged;
    private final QueryBatch batch;
    private final Answers answers;
    private final MemoryMetrics metrics;
    private final LongSupplier clockMillis;

    QueryHandler(
            PagedMemory memory,
            WaitingRecords waiting,
            AgeingTimers ageing,
            ColdQueries cold,
            DamagedShards damaged,
            Answers answers,
            MemoryMetrics metrics,
            MailboxExecutor mailbox,
            BatchSize batchSize,
            DoubleSupplier batchShare,
            LongSupplier clockMillis) {
        this.memory = memory;
        this.waiting = waiting;
        this.ageing = ageing;
        this.cold = cold;
        this.damaged = damaged;
        this.answers = answers;
        this.metrics = metrics;
        this.clockMillis = clockMillis;
        this.batch = new QueryBatch(mailbox, batchSize, batchShare, this::answer, metrics);
    }

    /** Queries that will be answered together. */
    QueryBatch batch() {
        return batch;
    }

    /** A query arrives. */
    void handle(ShardRecord record) throws Exception {
        QueryRecord query = decode(record);
        AfterToken lacking = lacking(record.shard(), query);
        if (lacking == null) {
            batch.add(new Asked(record, query, null, 0));
        } else if (waiting.hasRoom()) {
            waiting.park(record, answers.due(record, query));
            waiting.waitFor(record, lacking.getPartition(), lacking.getOffset());
        } else {
            batch.add(new Asked(record, query, "too many queries wait for ingest: ask again later", 0));
        }
    }

    /** A parked query is looked at again. Another key may be the current one afterwards. */
    void retry(ShardRecord record, long deadlineMillis, long nowMillis) throws Exception {
        if (cold.isUnderWay(record) && nowMillis < deadlineMillis) {
            return;
        }
        QueryRecord query = decode(record);
        AfterToken lacking = lacking(record.shard(), query);
        if (lacking != null && nowMillis < deadlineMillis) {
            waiting.waitFor(record, lacking.getPartition(), lacking.getOffset());
            return;
        }
        String reason = lacking == null
                ? null
                : "the ingest records it waits for (" + describe(query) + ") had not been applied at its deadline";
        waiting.remove(record); // before it is answered, which may park it again
        batch.add(new Asked(record, query, reason, nowMillis - record.timestampMillis()));
    }

    /** Answers queries of one shard. */
    private void answer(ShardKey key, List<Asked> asked) throws Exception {
        long start = System.nanoTime();
        ShardMemory shard;
        try {
            shard = memory.wake(key);
        } catch (DamagedShardException e) {
            refuse(asked, damaged.isolate(e, clockMillis.getAsLong()).message());
            return;
        }
        List<String> errors = new ArrayList<>(asked.size());
        List<SearchRequest> requests = new ArrayList<>(asked.size());
        for (Asked each : asked) {
            String error = error(each.record(), each.query(), shard);
            errors.add(error);
            if (error == null && shard != null) {
                requests.add(request(each.query()));
            }
        }
        if (shard != null) {
            ageing.inUse(key, shard);
            memory.settle(shard);
        }
        Iterator<SearchAnswer> found = requests.isEmpty()
                ? Collections.emptyIterator()
                : memory.search(key, requests).iterator();
        long nanosEach = (System.nanoTime() - start) / asked.size();
        for (int i = 0; i < asked.size(); i++) {
            boolean searched = errors.get(i) == null && shard != null;
            answer(asked.get(i), searched ? found.next() : SearchAnswer.EMPTY, errors.get(i), nanosEach);
        }
    }

    /** Answers queries of a damaged shard: with an error, or as a part of a larger answer with nothing, and the reason. */
    private void refuse(List<Asked> asked, String reason) {
        for (Asked each : asked) {
            boolean isPart = each.record().parts() > 1;
            send(each, SearchAnswer.EMPTY, isPart ? reason : null, isPart ? null : reason, 0);
        }
    }

    /** Sends the answer, or has fetched first what it lacks of object storage. */
    private void answer(Asked asked, SearchAnswer found, String error, long nanos) throws Exception {
        if (found.needs().isEmpty()) {
            send(asked, found, asked.partialReason(), error, nanos);
            return;
        }
        long deadlineMillis = answers.due(asked.record(), asked.query());
        String reason;
        if (clockMillis.getAsLong() >= deadlineMillis) {
            reason = found.needs().size() + " range(s) in object storage had not been read at its deadline";
        } else if (!waiting.hasRoom()) {
            reason = "too many queries wait: answered without what lies in object storage";
        } else {
            reason = cold.fetch(asked.record(), deadlineMillis, found.needs());
        }
        if (reason == null) {
            memory.wake(asked.record().shard()); // what was stored meanwhile may have selected another shard
            waiting.park(asked.record(), deadlineMillis);
        } else {
            send(asked, found, reason, error, nanos);
        }
    }

    private void send(Asked asked, SearchAnswer found, String partialReason, String error, long nanos) {
        String reason = found.damagedPages() > 0
                ? found.damagedPages() + " damaged page(s) could not be searched"
                : partialReason;
        int coldRanges = cold.answered(asked.record());
        metrics.answered(found, coldRanges, reason != null, error != null, nanos);
        answers.send(
                asked.record(),
                asked.query(),
                found,
                coldRanges,
                reason,
                error,
                TimeUnit.NANOSECONDS.toMicros(nanos),
                TimeUnit.MILLISECONDS.toMicros(asked.waitedMillis()));
    }

    private static SearchRequest request(QueryRecord query) {
        float recallTarget = query.getRecallTarget() == null ? Float.NaN : query.getRecallTarget();
        return new SearchRequest(
                query.getVector(), query.getK(), recallTarget, query.getIncludeVector(), query.getIncludePayload());
    }

    /** Why the query cannot be asked of this shard, or null. */
    private String error(ShardRecord record, QueryRecord query, ShardMemory shard) {
        if (shard == null) {
            return record.parts() == 1 || record.shard().partition() == 0
                    ? Violation.unknownNamespace(query.getNamespace()).message()
                    : null;
        }
        String refusal = memory.refusal(shard.settings());
        if (refusal != null) {
            return Violation.unsupported(query.getNamespace(), refusal).message();
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

    /**
     * The first ingest record that a query waits for and the shard has not applied, or null. The shard is the current key,
     * then and afterwards.
     */
    private AfterToken lacking(ShardKey key, QueryRecord query) {
        ShardMemory shard;
        try {
            shard = memory.wake(key);
        } catch (DamagedShardException e) {
            return null; // it is answered at once: nothing will be applied
        }
        for (AfterToken token : query.getAfter()) {
            if (shard == null || !shard.reached(token.getPartition(), token.getOffset())) {
                return token;
            }
        }
        return null;
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
