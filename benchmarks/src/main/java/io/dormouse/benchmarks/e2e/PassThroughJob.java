// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.Topics;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.state.shard.ShardKey;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * The least a streaming job can do with queries: the same source, sink, {@code keyBy} and settings as the retrieval job,
 * and nothing between but a copy. What the memory costs is measured against it.
 */
public final class PassThroughJob {
    /** All queries are of one namespace, hence of one key, as in the retrieval job. */
    private static final ShardKey KEY = new ShardKey("pass-through", 0);

    private PassThroughJob() {}

    /** Takes the retrieval job's options. */
    public static void main(String[] args) throws Exception {
        Topics topics =
                new Topics(Configuration.fromMap(ParameterTool.fromArgs(args).toMap()));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSource(
                        topics.source(RetrievalOptions.QUERIES_TOPIC),
                        WatermarkStrategy.noWatermarks(),
                        "queries",
                        RecordTypes.KAFKA)
                .keyBy(record -> KEY, RecordTypes.SHARD_KEY)
                .map(PassThroughJob::copy)
                .returns(RecordTypes.OUTPUT)
                .sinkTo(topics.results(""));
        env.execute("pass-through");
    }

    private static OutputRecord copy(KafkaRecord record) {
        return new OutputRecord(record.key(), record.value());
    }
}
