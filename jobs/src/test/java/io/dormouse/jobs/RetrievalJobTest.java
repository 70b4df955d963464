// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.junit.jupiter.api.Test;

/** The shape of the job's graph, which savepoints and latencies depend on. */
class RetrievalJobTest {
    @Test
    void everyOperatorHasAFixedUid() {
        Map<String, String> uids = graph(new Configuration()).getStreamNodes().stream()
                .filter(node -> node.getTransformationUID() != null)
                .collect(Collectors.toMap(StreamNode::getOperatorName, StreamNode::getTransformationUID));

        assertThat(graph(new Configuration()).getStreamNodes())
                .allSatisfy(node -> assertThat(node.getTransformationUID())
                        .as(node.getOperatorName())
                        .isNotNull());
        assertThat(uids.values())
                .doesNotHaveDuplicates()
                .contains(
                        "source-ingest",
                        "source-queries",
                        "source-namespaces",
                        "validate-namespaces",
                        "plan-ingest",
                        "plan-queries",
                        "paged-memory",
                        "gather-answers",
                        "gather-acknowledgements",
                        "results",
                        "gathered-results",
                        "events",
                        "accepted-commands",
                        "dead-letters");
    }

    @Test
    void operatorIdsDoNotDependOnTheOptions() {
        Configuration other = new Configuration();
        other.set(RetrievalOptions.INGEST_TOPIC, "elsewhere");
        other.setString("parallelism.default", "3");

        assertThat(operatorIds(other)).isEqualTo(operatorIds(new Configuration()));
    }

    @Test
    void checkpointsThatFailDoNotFailTheJobUnlessTheUserSaysSo() {
        Configuration given = new Configuration().set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);

        assertThat(tolerated(new Configuration())).isEqualTo(Integer.MAX_VALUE);
        assertThat(tolerated(given)).isEqualTo(3);
    }

    private static int tolerated(Configuration given) {
        return environment(given).getCheckpointConfig().getTolerableCheckpointFailureNumber();
    }

    @Test
    void nothingNeedsKryo() {
        StreamExecutionEnvironment env = environment(new Configuration());
        StreamGraph graph = env.getStreamGraph(false);

        assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(graph.getJobGraph().getNumberOfVertices()).isPositive();
    }

    /** Flink triggers no checkpoint in a task that has a chained source and a network input: decision 3. */
    @Test
    void sourcesArePlannedInTasksOfTheirOwn() {
        assertThat(vertices()).noneMatch(name -> name.contains("Source") && name.contains("plan "));
    }

    @Test
    void wholeAnswersReachTheirSinkInTheTaskThatMadeThem() {
        assertThat(vertices())
                .filteredOn(name -> name.contains("paged memory"))
                .singleElement()
                .satisfies(name -> assertThat(name).contains("results: Writer").doesNotContain("gathered"));
    }

    /** Each would have a RocksDB of its own that is written at each checkpoint: decision 36. */
    @Test
    void onlyThePagedMemoryHasKeyedState() {
        assertThat(graph(new Configuration()).getStreamNodes())
                .filteredOn(node -> node.getStateKeySerializer() != null)
                .extracting(StreamNode::getTransformationUID)
                .containsExactly("paged-memory");
    }

    @Test
    void partsAreGatheredWhereTheKeyOfTheirAskingBelongs() {
        assertThat(graph(new Configuration()).getStreamNodes())
                .filteredOn(node -> node.getTransformationUID().startsWith("gather-"))
                .hasSize(2)
                .allSatisfy(node -> assertThat(node.getInEdges())
                        .extracting(StreamEdge::getPartitioner)
                        .singleElement()
                        .isInstanceOf(KeyGroupStreamPartitioner.class));
    }

    /** Flink takes a record of each input in turn, and a whole buffer of each channel of one: decision 37. */
    @Test
    void ingestAndQueriesAreInputsOfTheirOwn() {
        StreamGraph graph = graph(new Configuration());
        assertThat(memory(graph).getInEdges())
                .extracting(edge -> edge.getTypeNumber() + " from "
                        + graph.getStreamNode(edge.getSourceId()).getTransformationUID())
                .containsExactlyInAnyOrder("1 from plan-ingest", "2 from plan-queries", "3 from validate-namespaces");
    }

    @Test
    void recordsLeaveAtOnceUnlessTheUserSaysHowLongTheyMayWait() {
        Configuration given = new Configuration().set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(5));
        Configuration never = new Configuration().set(ExecutionOptions.BUFFER_TIMEOUT_ENABLED, false);

        assertThat(timeouts(new Configuration())).containsOnly(0L);
        assertThat(timeouts(given)).containsOnly(5L);
        assertThat(timeouts(never)).containsOnly(ExecutionOptions.DISABLED_NETWORK_BUFFER_TIMEOUT);
    }

    private static List<Long> timeouts(Configuration config) {
        return memory(graph(config)).getInEdges().stream()
                .map(StreamEdge::getBufferTimeout)
                .toList();
    }

    private static StreamNode memory(StreamGraph graph) {
        return graph.getStreamNodes().stream()
                .filter(node -> node.getTransformationUID().equals("paged-memory"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> vertices() {
        return StreamSupport.stream(
                        graph(new Configuration()).getJobGraph().getVertices().spliterator(), false)
                .map(JobVertex::getName)
                .toList();
    }

    private static List<String> operatorIds(Configuration config) {
        return StreamSupport.stream(graph(config).getJobGraph().getVertices().spliterator(), false)
                .flatMap(vertex -> vertex.getOperatorIDs().stream())
                .map(pair -> pair.getGeneratedOperatorID().toString())
                .sorted()
                .toList();
    }

    private static StreamGraph graph(Configuration config) {
        return environment(config).getStreamGraph(false);
    }

    private static StreamExecutionEnvironment environment(Configuration config) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        RetrievalJob.build(env, config);
        return env;
    }
}
