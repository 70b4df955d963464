// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.Samples;
import io.dormouse.operators.cold.ColdSettings;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.RecordTypes;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.DeadLetter;
import io.dormouse.schema.MemoryEvent;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.QueryResult;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.page.Profile;
import io.dormouse.state.shard.ShardKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionGraphTestUtils;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/**
 * The paged memory operator over RocksDB, with a clock and a mailbox that only move when the test says so. What it sent
 * is taken out: every call returns what came since the last.
 */
public final class MemoryHarness extends AbstractStreamOperatorTestHarness<OutputRecord> {
    /** Key groups of every harness. */
    static final int KEY_GROUPS = 16;

    /** All harnesses are attempts of one job. */
    private static final JobID JOB = new JobID();

    private static final int INGEST = 0;
    private static final int QUERIES = 1;
    private static final int COMMANDS = 2;
    private static final String ANSWERING = "answer queries";

    private final PagedMemoryOperator memory;

    @SuppressWarnings("rawtypes")
    private final List<Input> inputs;

    private final int parallelism;
    private final int index;
    private final Map<String, Metric> metrics;

    private MemoryHarness(MemorySettings settings, int parallelism, int index, OperatorSubtaskState restored)
            throws Exception {
        this(settings, parallelism, index, restored, new ConcurrentHashMap<>());
    }

    private MemoryHarness(
            MemorySettings settings,
            int parallelism,
            int index,
            OperatorSubtaskState restored,
            Map<String, Metric> metrics)
            throws Exception {
        super(
                new PagedMemoryOperatorFactory(settings),
                new MockEnvironmentBuilder()
                        .setJobID(JOB)
                        .setMaxParallelism(KEY_GROUPS)
                        .setParallelism(parallelism)
                        .setSubtaskIndex(index)
                        .setMetricGroup(task(metrics))
                        .build());
        this.metrics = metrics;
        this.parallelism = parallelism;
        this.index = index;
        EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
        backend.getMemoryConfiguration().setUseManagedMemory(false);
        setStateBackend(backend);
        KeySelector<ShardRecord, ShardKey> shard = ShardRecord::shard;
        config.setStatePartitioner(INGEST, shard);
        config.setStatePartitioner(QUERIES, shard);
        config.setStateKeySerializer(RecordTypes.SHARD_KEY.createSerializer(executionConfig.getSerializerConfig()));
        config.serializeAllConfigs();
        setup();
        initializeState(restored);
        open();
        memory = (PagedMemoryOperator) operator;
        inputs = memory.getInputs();
    }

    private static TaskMetricGroup task(Map<String, Metric> metrics) {
        TestingMetricRegistry registry = TestingMetricRegistry.builder()
                .setRegisterConsumer((metric, name, group) -> metrics.put(name, metric))
                .build();
        return TaskManagerMetricGroup.createTaskManagerMetricGroup(registry, "test", ResourceID.generate())
                .addJob(new JobID(), "test")
                .addTask(ExecutionGraphTestUtils.createExecutionAttemptId(), "test");
    }

    public static MemoryHarness start(MemorySettings settings) throws Exception {
        return new MemoryHarness(settings, 1, 0, null);
    }

    static MemoryHarness restore(MemorySettings settings, OperatorSubtaskState state) throws Exception {
        return new MemoryHarness(settings, 1, 0, state);
    }

    /** One of several instances, with its share of a state that {@code from} instances wrote. */
    static MemoryHarness rescaled(
            MemorySettings settings, OperatorSubtaskState state, int from, int parallelism, int index)
            throws Exception {
        OperatorSubtaskState share = repartitionOperatorState(state, KEY_GROUPS, from, parallelism, index);
        return new MemoryHarness(settings, parallelism, index, share);
    }

    /** Settings with everything roomy. */
    public static MemorySettings settings() {
        return settings(64 << 20, 4 << 20, 1_000);
    }

    static MemorySettings settings(long hotBytesMax, long dirtyBytesMax, int waitingMax) {
        return settings(hotBytesMax, dirtyBytesMax, waitingMax, Profile.FULL, Duration.ofSeconds(10));
    }

    /** Settings of a profile. */
    static MemorySettings settings(Profile profile) {
        return settings(64 << 20, 4 << 20, 1_000, profile, Duration.ofSeconds(10));
    }

    /** Settings with so much time for a batch of queries. */
    static MemorySettings settings(Duration batchBudget) {
        return settings(64 << 20, 4 << 20, 1_000, Profile.FULL, batchBudget);
    }

    private static MemorySettings settings(
            long hotBytesMax, long dirtyBytesMax, int waitingMax, Profile profile, Duration batchBudget) {
        return settings(hotBytesMax, dirtyBytesMax, waitingMax, profile, batchBudget, ColdSettings.NONE);
    }

    /** Settings with a cold tier in a folder, small segments, and an age of a minute. */
    static MemorySettings settings(Path cold, long hotBytesMax) {
        ColdSettings place = new ColdSettings(
                cold.toUri().toString(),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                0,
                16_384,
                1 << 20,
                4,
                Duration.ofSeconds(5));
        return settings(hotBytesMax, 4 << 20, 1_000, Profile.FULL, Duration.ofSeconds(10), place);
    }

    private static MemorySettings settings(
            long hotBytesMax,
            long dirtyBytesMax,
            int waitingMax,
            Profile profile,
            Duration batchBudget,
            ColdSettings cold) {
        return new MemorySettings(
                hotBytesMax,
                dirtyBytesMax,
                4_096,
                2_048,
                Duration.ofMinutes(5),
                1,
                profile,
                Duration.ofDays(7),
                10_000,
                waitingMax,
                64 << 20,
                batchBudget,
                cold,
                Samples.DEFAULTS,
                WireFormat.JSON,
                WireFormat.JSON,
                Samples.LETTERS);
    }

    public void send(ShardRecord record) throws Exception {
        send(record.kind() == ShardRecord.Kind.QUERY ? QUERIES : INGEST, record);
    }

    public void send(CommandRecord command) throws Exception {
        send(COMMANDS, command);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void send(int number, Object value) throws Exception {
        StreamRecord element = new StreamRecord(value);
        Input input = inputs.get(number);
        input.setKeyContextElement(element);
        input.processElement(element);
    }

    /** A CREATE of several partitions, with the second step that the job makes when the first partition agrees. */
    void createSpread(NamespaceCommand.Builder command, long offset) throws Exception {
        send(Samples.command(command, offset));
        for (NamespaceCommand accepted : accepted()) {
            send(Samples.command(NamespaceCommand.newBuilder(accepted), offset + 1));
        }
    }

    /** Changes one bit of what is stored of a shard, before it wakes. */
    void damage(ShardKey shard, long blockKey, int at) throws Exception {
        memory.setCurrentKey(shard);
        MapState<Long, byte[]> blocks = memory.getKeyedStateBackend()
                .getPartitionedState(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, FlinkWarmStore.blocks());
        byte[] block = blocks.get(blockKey);
        block[at] ^= 4;
        blocks.put(blockKey, block);
    }

    boolean owns(ShardKey shard) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(shard, KEY_GROUPS, parallelism) == index;
    }

    /** Does one piece of the waiting work; false when there was none. */
    boolean runMail() throws Exception {
        Optional<Mail> mail = getTaskMailbox().tryTake(0);
        if (mail.isPresent()) {
            mail.get().run();
        }
        return mail.isPresent();
    }

    /** Does all waiting work; returns its pieces. */
    int runMails() throws Exception {
        int mails = 0;
        while (runMail()) {
            mails++;
        }
        return mails;
    }

    /** Runs the mails that answer pending queries, and no others; returns how many. */
    int answerQueries() throws Exception {
        int answering = 0;
        boolean found = true;
        while (found) {
            found = false;
            for (Mail mail : getTaskMailbox().drain()) {
                if (mail.toString().equals(ANSWERING)) {
                    found = true;
                    answering++;
                    mail.run();
                } else {
                    getTaskMailbox().put(mail);
                }
            }
        }
        return answering;
    }

    /** As the task does it: what leaves before the barrier first. */
    @Override
    public OperatorSubtaskState snapshot(long checkpointId, long timestamp) throws Exception {
        memory.prepareSnapshotPreBarrier(checkpointId);
        return super.snapshot(checkpointId, timestamp);
    }

    void snapshotWithoutBarrier() throws Exception {
        super.snapshot(99, 99);
    }

    void finish() throws Exception {
        memory.finish();
    }

    public List<QueryResult> answers() throws Exception {
        answerQueries();
        return answered();
    }

    /** Answers that need no mail. */
    List<QueryResult> answered() {
        List<QueryResult> answers = new ArrayList<>();
        for (OutputRecord record : extractOutputValues()) {
            answers.add(Samples.result(record));
        }
        getOutput().clear();
        return answers;
    }

    /** Asks and returns the one answer that comes at once. */
    QueryResult ask(ShardRecord query) throws Exception {
        send(query);
        List<QueryResult> answers = answers();
        if (answers.size() != 1) {
            throw new AssertionError("expected one answer, got " + answers);
        }
        return answers.get(0);
    }

    List<PartialAnswer> partials() throws Exception {
        answerQueries();
        return taken(MemoryOutputs.PARTIALS);
    }

    List<MemoryEvent> events() {
        return taken(MemoryOutputs.EVENTS).stream().map(Samples::event).toList();
    }

    List<Acknowledgement> acknowledgements() {
        return taken(MemoryOutputs.ACKNOWLEDGEMENTS);
    }

    List<NamespaceCommand> accepted() {
        return taken(MemoryOutputs.ACCEPTED).stream().map(Samples::command).toList();
    }

    public List<DeadLetter> letters() {
        return taken(MemoryOutputs.DEAD_LETTERS).stream().map(Samples::letter).toList();
    }

    private <T> List<T> taken(OutputTag<T> tag) {
        List<T> values = new ArrayList<>();
        var queue = getSideOutput(tag);
        while (queue != null && !queue.isEmpty()) {
            values.add(queue.poll().getValue());
        }
        return values;
    }

    /** The histogram of that name. */
    HistogramStatistics histogram(String name) {
        return ((Histogram) metrics.get(name)).getStatistics();
    }

    /** A text among the operator's metrics. */
    String text(String name) {
        return (String) ((Gauge<?>) metrics.get(name)).getValue();
    }

    /** A counter of the operator. */
    long counter(String name) {
        return ((Counter) metrics.get(name)).getCount();
    }

    /** A number among the operator's metrics. */
    long gauge(String name) {
        return (long) number(name);
    }

    /** A number among the operator's metrics that may have a fraction. */
    double number(String name) {
        return ((Number) ((Gauge<?>) metrics.get(name)).getValue()).doubleValue();
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (Exception e) {
            throw new IllegalStateException("the operator cannot be closed", e);
        }
    }
}
