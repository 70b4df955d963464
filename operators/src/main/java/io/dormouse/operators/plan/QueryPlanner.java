// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ResultWriter;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.QueryCost;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.RecordValidator;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.ShardKey;
import java.util.List;
import java.util.Objects;

/**
 * Reads queries and scatters each to all shards of its namespace. A query that can be read but not asked is answered with
 * its error; one that cannot be read at all, or that has no id that an answer could carry, is a dead letter.
 */
public final class QueryPlanner extends Planner {
    private static final long serialVersionUID = 1L;

    private final InputSettings input;
    private final ResultWriter results;
    private transient RecordValidator validator;

    public QueryPlanner(InputSettings input, WireFormat resultFormat) {
        this.input = Objects.requireNonNull(input, "input");
        this.results = new ResultWriter(resultFormat);
    }

    @Override
    void open() {
        validator = new RecordValidator(input.limits());
    }

    @Override
    void plan(KafkaRecord kafka, PlanContext context) {
        Validated<QueryRecord> read = Validated.of(kafka, WireCodec.QUERY, input.format(), validator, validator::check);
        QueryRecord query = read.record();
        if (read.violation() != null) {
            if (query == null || !canBeRepeated(query.getId(), input.limits().idBytesMax())) {
                context.refuse(read.deadLetter(kafka, input.deadLetters(), null, null));
            } else {
                context.answer(error(query, read.violation().message()));
            }
            return;
        }
        int partitions = context.partitions(query.getNamespace());
        for (int partition = 0; partition < partitions; partition++) {
            context.send(new ShardRecord(
                    Kind.QUERY,
                    new ShardKey(query.getNamespace(), partition),
                    partitions,
                    kafka.partition(),
                    kafka.offset(),
                    context.nowMillis(),
                    read.body(),
                    null,
                    null));
        }
    }

    /** Whether an answer may carry a name: one of any length could make it larger than a broker takes. */
    private static boolean canBeRepeated(String name, int bytesMax) {
        return !name.isEmpty() && name.length() <= bytesMax;
    }

    private OutputRecord error(QueryRecord query, String message) {
        String namespace = query.getNamespace();
        QueryResult result = QueryResult.newBuilder()
                .setQueryId(query.getId())
                .setNamespace(canBeRepeated(namespace, input.limits().namespaceBytesMax()) ? namespace : "")
                .setAttempt("plan")
                .setHits(List.of())
                .setError(message)
                .setCost(QueryCost.newBuilder().build())
                .build();
        return results.write(result);
    }
}
