// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import io.dormouse.operators.gather.GatherAcknowledgements;
import io.dormouse.operators.gather.GatherAnswers;
import io.dormouse.operators.memory.MemoryOutputs;
import io.dormouse.operators.memory.PagedMemoryOperatorFactory;
import io.dormouse.operators.namespace.ValidateCommands;
import io.dormouse.operators.plan.IngestPlanner;
import io.dormouse.operators.plan.PlanOperatorFactory;
import io.dormouse.operators.plan.PlanOutputs;
import io.dormouse.operators.plan.Planner;
import io.dormouse.operators.plan.QueryPlanner;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.KafkaRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.Part;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.state.shard.ShardKey;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.MultipleConnectedStreams;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.KeyedMultipleInputTransformation;
import org.apache.flink.streaming.api.transformations.MultipleInputTransformation;

/**
 * The streaming job: Kafka topics in, the paged memory in the middle, Kafka topics out.
 *
 * <pre>
 * ingest  ─► plan ─► by shard ─┐
 * queries ─► plan ─► by shard ─┴► paged memory ─► results
 * namespaces ─► validate ─ broadcast ┴─► (to both plans and the memory)
 * </pre>
 *
 * Parts of answers and acknowledgements are gathered before they leave. Every operator that keeps state has a fixed uid:
 * a savepoint finds its state by it.
 */
public final class RetrievalJob {
    /** The uid of the paged memory, by which its state is found in checkpoints and savepoints. */
    public static final String MEMORY_UID = "paged-memory";

    private final StreamExecutionEnvironment env;
    private final JobSettings settings;
    private final JobEnds ends;

    private RetrievalJob(StreamExecutionEnvironment env, Configuration config, JobEnds ends) {
        this.env = Objects.requireNonNull(env, "env");
        this.settings = new JobSettings(config);
        this.ends = Objects.requireNonNull(ends, "ends");
    }

    /** Submits the job; see {@code --help}. */
    public static void main(String[] args) throws Exception {
        Configuration config = JobArguments.parse(args, System.out);
        if (config == null) {
            return;
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        Topics topics = new Topics(config);
        build(env, config, topics);
        BrokerCheck.check(config, topics.clientProperties(), env.getConfiguration());
        env.execute("dormouse");
    }

    /**
     * Adds the job to an environment.
     *
     * @throws IllegalArgumentException when an option has a value it cannot have
     */
    public static void build(StreamExecutionEnvironment env, Configuration config) {
        build(env, config, new Topics(config));
    }

    /** As {@link #build(StreamExecutionEnvironment, Configuration)}, with other ends than Kafka topics. */
    public static void build(StreamExecutionEnvironment env, Configuration config, JobEnds ends) {
        new RetrievalJob(env, config, ends).build();
    }

    private void build() {
        JobDefaults.apply(env);
        SingleOutputStreamOperator<CommandRecord> commands = commands();
        SingleOutputStreamOperator<ShardRecord> ingest = plan(
                "ingest",
                RetrievalOptions.INGEST_TOPIC,
                new IngestPlanner(settings.input(RetrievalOptions.INGEST_FORMAT)),
                commands);
        SingleOutputStreamOperator<ShardRecord> queries = plan(
                "queries",
                RetrievalOptions.QUERIES_TOPIC,
                new QueryPlanner(
                        settings.input(RetrievalOptions.QUERIES_FORMAT),
                        settings.format(RetrievalOptions.RESULTS_FORMAT)),
                commands);
        SingleOutputStreamOperator<OutputRecord> memory = memory(ingest, queries, commands);
        results(memory, queries.getSideOutput(PlanOutputs.ANSWERS));
        events(memory);
        memory.getSideOutput(MemoryOutputs.ACCEPTED)
                .sinkTo(ends.sink(RetrievalOptions.NAMESPACES_TOPIC))
                .name("accepted commands")
                .uid("accepted-commands");
        memory.getSideOutput(MemoryOutputs.DEAD_LETTERS)
                .union(
                        ingest.getSideOutput(PlanOutputs.DEAD_LETTERS),
                        queries.getSideOutput(PlanOutputs.DEAD_LETTERS),
                        commands.getSideOutput(PlanOutputs.DEAD_LETTERS))
                .sinkTo(ends.sink(RetrievalOptions.DEAD_LETTERS_TOPIC))
                .name("dead letters")
                .uid("dead-letters");
    }

    private SingleOutputStreamOperator<CommandRecord> commands() {
        return source("namespaces", RetrievalOptions.NAMESPACES_TOPIC)
                .setParallelism(1)
                .process(new ValidateCommands(settings.input(RetrievalOptions.NAMESPACES_FORMAT)))
                .returns(RecordTypes.COMMAND)
                .name("validate namespaces")
                .uid("validate-namespaces")
                .setParallelism(1);
    }

    /** Checks the records of a topic and finds the shards that each is for. */
    private SingleOutputStreamOperator<ShardRecord> plan(
            String name, ConfigOption<String> topic, Planner planner, DataStream<CommandRecord> commands) {
        MultipleInputTransformation<ShardRecord> plan = new MultipleInputTransformation<>(
                "plan " + name,
                new PlanOperatorFactory(planner, settings.namespaces()),
                RecordTypes.SHARD,
                env.getParallelism());
        plan.addInput(source(name, topic).getTransformation());
        plan.addInput(commands.broadcast().getTransformation());
        env.addOperator(plan);
        return new MultipleConnectedStreams(env).transform(plan).uid("plan-" + name);
    }

    private SingleOutputStreamOperator<OutputRecord> memory(
            DataStream<ShardRecord> ingest, DataStream<ShardRecord> queries, DataStream<CommandRecord> commands) {
        KeyedMultipleInputTransformation<OutputRecord> memory = new KeyedMultipleInputTransformation<>(
                "paged memory",
                new PagedMemoryOperatorFactory(settings.memory()),
                RecordTypes.OUTPUT,
                env.getParallelism(),
                RecordTypes.SHARD_KEY);
        for (DataStream<ShardRecord> records : List.of(ingest, queries)) {
            KeyedStream<ShardRecord, ShardKey> byShard = records.keyBy(ShardRecord::shard, RecordTypes.SHARD_KEY);
            memory.addInput(byShard.getTransformation(), byShard.getKeySelector());
        }
        memory.addInput(commands.broadcast().getTransformation(), null);
        env.addOperator(memory);
        return new MultipleConnectedStreams(env).transform(memory).uid(MEMORY_UID);
    }

    /** Whole answers go straight to their sink; the others are gathered first. */
    private void results(SingleOutputStreamOperator<OutputRecord> memory, DataStream<OutputRecord> errors) {
        memory.sinkTo(ends.results("")).name("results").uid("results");
        byAsking(memory.getSideOutput(MemoryOutputs.PARTIALS))
                .transform(
                        "gather answers",
                        RecordTypes.OUTPUT,
                        new GatherAnswers(settings.format(RetrievalOptions.RESULTS_FORMAT)))
                .uid("gather-answers")
                .union(errors)
                .sinkTo(ends.results("-gathered"))
                .name("gathered results")
                .uid("gathered-results");
    }

    private void events(SingleOutputStreamOperator<OutputRecord> memory) {
        byAsking(memory.getSideOutput(MemoryOutputs.ACKNOWLEDGEMENTS))
                .transform(
                        "gather acknowledgements",
                        RecordTypes.OUTPUT,
                        new GatherAcknowledgements(settings.format(RetrievalOptions.EVENTS_FORMAT)))
                .uid("gather-acknowledgements")
                .union(memory.getSideOutput(MemoryOutputs.EVENTS))
                .sinkTo(ends.sink(RetrievalOptions.EVENTS_TOPIC))
                .name("events")
                .uid("events");
    }

    /** Partitioned like a keyed stream, but not one: whoever reads it has no keyed state. */
    private <P extends Part> DataStream<P> byAsking(DataStream<P> parts) {
        return new DataStream<>(env, parts.keyBy(Part::askId, Types.STRING).getTransformation());
    }

    private SingleOutputStreamOperator<KafkaRecord> source(String name, ConfigOption<String> topic) {
        return env.fromSource(ends.source(topic), WatermarkStrategy.noWatermarks(), name, RecordTypes.KAFKA)
                .uid("source-" + name);
    }
}
