// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.benchmarks.load.QueryTransport;
import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.schema.QueryRecord;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import java.util.Objects;
import java.util.function.LongFunction;

/** Queries into a {@link Feed} and results out of it. */
public final class FeedTransport implements QueryTransport {
    private final Feed feed;
    private final LongFunction<QueryRecord> queries;

    /** @param queries query number n, whose id is n */
    public FeedTransport(Feed feed, LongFunction<QueryRecord> queries) {
        this.feed = Objects.requireNonNull(feed, "feed");
        this.queries = Objects.requireNonNull(queries, "queries");
    }

    @Override
    public void start(Receiver receiver) {
        feed.listen(
                RetrievalOptions.RESULTS_TOPIC,
                result -> receiver.answered(QueryTransport.number(result.key()), result.value()));
    }

    @Override
    public void send(long number) {
        QueryRecord query = queries.apply(number);
        feed.send(RetrievalOptions.QUERIES_TOPIC, query.getNamespace(), WireCodec.QUERY.encode(query, WireFormat.AVRO));
    }

    @Override
    public void close() {}
}
