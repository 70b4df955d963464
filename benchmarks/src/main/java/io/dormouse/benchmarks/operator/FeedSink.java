// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.operator;

import io.dormouse.operators.record.OutputRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Hands every record to the listener of a topic of a {@link Feed}. */
record FeedSink(String feed, String topic) implements Sink<OutputRecord> {

    @Override
    public SinkWriter<OutputRecord> createWriter(WriterInitContext context) {
        return new Writer(Feed.of(feed), topic);
    }

    private record Writer(Feed feed, String topic) implements SinkWriter<OutputRecord> {
        @Override
        public void write(OutputRecord record, Context context) {
            feed.written(topic, record);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
