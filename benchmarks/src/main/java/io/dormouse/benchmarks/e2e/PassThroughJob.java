// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.e2e;

import io.dormouse.jobs.RetrievalOptions;
import io.dormouse.jobs.Topics;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.state.shard.ShardKey;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The least a streaming job can do with queries: the same source, sink, {@code keyBy} and settings as the retrieval job,
 * and nothing between but a copy. What the memory costs is measured against it.
 */
public final class PassThroughJob implements Consumer<StreamExecutionEnvironment> {
    private final Topics topics;
    private final String namespace;

    /**
     * @param config the retrieval job's options, with topics of its own
     * @param namespace all queries are of this one namespace, hence of one key, as in the retrieval job
     */
    public PassThroughJob(Configuration config, String namespace) {
        this.topics = new Topics(Objects.requireNonNull(config, "config"));
        this.namespace = Objects.requireNonNull(namespace, "namespace");
    }

    @Override
    public void accept(StreamExecutionEnvironment env) {
        String name = namespace;
        env.fromSource(
                        topics.source(RetrievalOptions.QUERIES_TOPIC),
                        WatermarkStrategy.noWatermarks(),
                        "queries",
                        RecordTypes.KAFKA)
                .keyBy(record -> new ShardKey(name, 0), RecordTypes.SHARD_KEY)
                .map(PassThroughJob::copy)
                .returns(RecordTypes.OUTPUT)
                .sinkTo(topics.results(""));
    }

    private static OutputRecord copy(KafkaRecord record) {
        return new OutputRecord(record.key(), record.value());
    }
}
