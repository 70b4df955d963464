// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.cold.ColdIo;
import io.dormouse.operators.cold.ColdSettings;
import io.dormouse.operators.namespace.Topology;
import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.Parked;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.operators.record.ShardRecord.Kind;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdLimits;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.SegmentUses;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.DamagedShardException;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.RecallSampling;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.step.BatchSize;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * The paged memory as a Flink operator: input 1 are records keyed by shard, input 2 the broadcast commands.
 *
 * <p>It only wires: keys, timers, mailbox, outputs and metrics here; what happens to a record is decided by its handler,
 * and how the memory works by {@link PagedMemory}. Writes are handled as they come, queries that queue together
 * ({@link QueryBatch}); everything else waits in the memory's step queue, which one mail at a time works off between
 * records. All changes reach keyed state before a checkpoint takes it, in {@link #snapshotState}.
 */
public final class PagedMemoryOperator extends AbstractStreamOperator<OutputRecord>
        implements TwoInputStreamOperator<ShardRecord, CommandRecord, OutputRecord>,
                Triggerable<ShardKey, VoidNamespace>,
                MemorySink {
    private static final long serialVersionUID = 1L;
    private static final long TICK_MILLIS = 1_000;

    /** So often the heap is looked at: a flood fills it within a second. */
    private static final long LOOK_MILLIS = 200;

    // ------------------------------------------------------------ configuration
    private final MemorySettings settings;
    private final transient MailboxExecutor mailbox;

    // ------------------------------------------------------------ runtime
    private transient PagedMemory memory;
    private transient WaitingRecords waiting;
    private transient IngestHandler ingest;
    private transient QueryHandler queries;
    private transient ColdQueries cold;
    private transient ColdIo coldIo;
    private transient LiveSegments segments;
    private transient ColdFailureLog coldFailures;
    private transient CommandHandler commands;
    private transient DamagedShards damaged;
    private transient LossEvents losses;
    private transient MemoryPressure pressure;
    private transient MemoryMetrics metrics;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient AgeingTimers ageing;
    private transient StreamRecord<OutputRecord> outgoing;
    private transient boolean mailQueued;
    private transient long stallStartNanos;

    PagedMemoryOperator(StreamOperatorParameters<OutputRecord> parameters, MemorySettings settings) {
        super(parameters);
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        LOG.info(
                "vector kernels: {}; profile {}",
                Kernels.selection(),
                settings.profile().described());
        Kernels.warmUp();
        outgoing = new StreamRecord<>(null);
        FlinkWarmStore warm =
                new FlinkWarmStore(context.getKeyedStateStore(), this::setCurrentKey, settings.tombstoneRetention());
        memory = new PagedMemory(
                limits(),
                warm,
                Kernels.best(),
                new FixedShareProbes(),
                new RecallSampling(
                        settings.recallSamplingShare(),
                        getRuntimeContext().getTaskInfo().getIndexOfThisSubtask()),
                coldPlace(),
                this::nowMillis);
        segments = new LiveSegments(
                context.getOperatorStateStore(),
                keyGroupRange(),
                maxParallelism(),
                coldIo == null
                        ? new SegmentUses(warm, keyGroups())
                        : memory.cold().uses());
        timers = getInternalTimerService("deadlines", VoidNamespaceSerializer.INSTANCE, this);
        ageing = new AgeingTimers(memory, this::nowMillis, this::pump);
        ageing.use(getInternalTimerService("ageing", VoidNamespaceSerializer.INSTANCE, ageing));
        KeyedStateBackend<ShardKey> backend = getKeyedStateBackend();
        waiting = new WaitingRecords(backend, this::registerTimer, settings.waitingMax(), settings.waitingBytesMax());
        BatchSize batchSize = new BatchSize(settings.batchBudget().toNanos());
        metrics = new MemoryMetrics(getMetricGroup(), memory, waiting, batchSize, this::nowMillis);
        damaged =
                new DamagedShards(getRuntimeContext().getJobInfo().getJobId().toString(), this, settings.eventFormat());
        if (context.isRestored()) {
            damaged.canGoBack();
        }
        losses = new LossEvents(memory.losses(), this, settings.eventFormat());
        metrics.damage(damaged, memory.losses());
        ingest = new IngestHandler(memory, settings.namespaces(), this, metrics);
        cold = new ColdQueries(memory.cold(), this::arrived);
        pressure = new MemoryPressure(new HeapUse(), memory.cache());
        metrics.pressure(pressure);
        Answers answers = new Answers(
                this,
                settings.resultFormat(),
                settings.deadlineMillis(),
                attempt(),
                cold::degradation,
                pressure::level);
        queries = new QueryHandler(
                memory,
                waiting,
                ageing,
                cold,
                damaged,
                answers,
                metrics,
                mailbox,
                batchSize,
                this::batchShare,
                this::nowMillis);
        commands = new CommandHandler(
                memory,
                context.getOperatorStateStore().getBroadcastState(Topology.DESCRIPTOR),
                settings.namespaces(),
                this::owns,
                damaged,
                this,
                settings.eventFormat());
    }

    @Override
    public void open() throws Exception {
        super.open();
        if (coldIo != null) {
            coldFailures = new ColdFailureLog(memory.cold().demotions());
            memory.cold().uses().faults().forEach(fault -> LOG.warn("cold tier: {}", fault));
        }
        getProcessingTimeService().scheduleWithFixedDelay(time -> tick(), TICK_MILLIS, TICK_MILLIS);
        getProcessingTimeService().scheduleWithFixedDelay(time -> relieve(), LOOK_MILLIS, LOOK_MILLIS);
        for (ShardKey shard : waiting.shards()) {
            mailbox.execute(() -> retry(shard), "ask again what waited in the checkpoint");
        }
    }

    private void runCold(Runnable task) {
        task.run();
        pump();
    }

    /** Share of the usual batch size that answers should make do with now. */
    private double batchShare() {
        return cold.batchShare() * pressure.batchShare();
    }

    private void relieve() {
        if (pressure.look()) {
            memory.trim();
        }
        pump();
    }

    private void tick() {
        memory.tick();
        if (coldFailures != null) {
            coldFailures.tick(nowMillis());
        }
        losses.tick(nowMillis());
        pump();
    }

    /** What a query lacked of object storage has come, or will not. */
    private void arrived(ShardRecord query) {
        mail(() -> retryOne(query), "ask again after a fetch");
    }

    private void retryOne(ShardRecord query) throws Exception {
        setCurrentKey(query.shard());
        Parked parked = waiting.get(query);
        if (parked != null) {
            retry(parked);
        }
        pump();
    }

    @Override
    public void processElement1(StreamRecord<ShardRecord> element) throws Exception {
        ShardRecord record = element.getValue();
        if (record.kind() == Kind.QUERY) {
            queries.handle(record);
        } else {
            write(record);
        }
        pump();
    }

    @Override
    public void processElement2(StreamRecord<CommandRecord> element) throws Exception {
        queries.batch().answer();
        CommandRecord record = element.getValue();
        NamespaceCommand command = WireCodec.COMMAND.decode(record.body(), WireFormat.AVRO);
        int partitions = commands.partitions(command);
        commands.handle(record, command, nowMillis());
        if (command.getOp() == NamespaceOp.CREATE) {
            for (int partition = 0; partition < partitions; partition++) {
                ShardKey shard = new ShardKey(command.getNamespace(), partition);
                if (waiting.any(shard)) {
                    retry(shard);
                }
            }
        }
        pump();
    }

    /** Applies what ingest brought, and looks again at what waited for it. */
    private void write(ShardRecord record) throws Exception {
        ShardMemory shard = sound(record);
        if (shard == null) {
            return;
        }
        boolean news = shard.advance(record.partition(), record.offset());
        ageing.inUse(record.shard(), shard);
        memory.settle(shard);
        if (news && waiting.any(record.shard())) {
            setCurrentKey(record.shard()); // storing what changed may have selected another shard
            retry(waiting.reached(record.shard(), record.partition(), record.offset()));
        }
    }

    /** Applies a record; null when there is no shard that could have taken it. */
    private ShardMemory sound(ShardRecord record) throws Exception {
        try {
            return switch (record.kind()) {
                case INGEST -> apply(record);
                case SUPERSEDE -> ingest.supersede(record);
                default -> memory.wake(record.shard());
            };
        } catch (DamagedShardException e) {
            Violation violation = damaged.isolate(e, nowMillis());
            if (record.kind() == Kind.INGEST) {
                refuse(record, violation, null);
            }
            return null;
        }
    }

    private ShardMemory apply(ShardRecord record) throws Exception {
        NamespaceSettings spread = commands.spread(record.shard().namespace());
        ShardMemory shard = ingest.apply(record, spread);
        if (shard == null && spread == null && record.shard().partition() > 0) {
            if (waiting.hasRoom()) {
                waiting.park(record, nowMillis() + settings.deadlineMillis());
            } else {
                refuseUnmade(record);
            }
        }
        return shard;
    }

    /** Handles the records that wait for a shard, as far as they can be handled now. */
    private void retry(ShardKey key) throws Exception {
        // Storing what changed may have selected another shard.
        setCurrentKey(key);
        retry(waiting.of(key));
    }

    private void retry(List<Parked> records) throws Exception {
        for (Parked parked : records) {
            retry(parked);
        }
    }

    private void retry(Parked parked) throws Exception {
        ShardRecord record = parked.record();
        if (record.kind() == Kind.QUERY) {
            queries.retry(record, parked.deadlineMillis(), nowMillis());
        } else if (retryIngest(record, parked.deadlineMillis())) {
            setCurrentKey(record.shard());
            waiting.remove(record);
        }
    }

    /** An ingest record that waits for its partition to be made: applied once it is, refused when its time is up. */
    private boolean retryIngest(ShardRecord record, long deadlineMillis) throws Exception {
        NamespaceSettings spread = commands.spread(record.shard().namespace());
        ShardMemory shard;
        try {
            shard = ingest.apply(record, spread);
        } catch (DamagedShardException e) {
            refuse(record, damaged.isolate(e, nowMillis()), null);
            return true;
        }
        if (shard != null) {
            shard.advance(record.partition(), record.offset());
            memory.settle(shard);
            setCurrentKey(record.shard());
            retry(waiting.reached(record.shard(), record.partition(), record.offset()));
        }
        if (shard != null || spread != null) {
            return true;
        }
        if (nowMillis() < deadlineMillis) {
            return false;
        }
        refuseUnmade(record);
        return true;
    }

    /** Refuses an ingest record whose partition does not exist. */
    private void refuseUnmade(ShardRecord record) {
        ShardKey shard = record.shard();
        refuse(record, Violation.unknownPartition(shard.namespace(), shard.partition()), null);
    }

    @Override
    public void onProcessingTime(InternalTimer<ShardKey, VoidNamespace> timer) throws Exception {
        setCurrentKey(timer.getKey());
        retry(waiting.due(timer.getKey(), Math.max(timer.getTimestamp(), nowMillis())));
        pump();
    }

    @Override
    public void onEventTime(InternalTimer<ShardKey, VoidNamespace> timer) {
        throw new IllegalStateException("the memory registers no event-time timers");
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        damaged.canGoBack();
        super.notifyCheckpointComplete(checkpointId);
    }

    /** Queries pending in heap are no part of a checkpoint: they leave before its barrier. */
    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        queries.batch().answer();
        stallStartNanos = System.nanoTime();
        super.prepareSnapshotPreBarrier(checkpointId);
    }

    @Override
    public void finish() throws Exception {
        ageing.end();
        queries.batch().answer();
        drainCold();
        super.finish();
    }

    /** No timer fires any more, so that deadlines of queries are looked after here. */
    private void drainCold() throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.deadlineMillis());
        while (cold.count() > 0 && System.nanoTime() < end) {
            if (!mailbox.tryYield()) {
                Thread.sleep(1);
            }
            queries.batch().answer();
        }
        cold.giveUp();
        for (ShardKey shard : waiting.shards()) {
            retry(shard);
        }
        queries.batch().answer();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        if (!queries.batch().isEmpty()) {
            throw new IllegalStateException("queries are pending behind a checkpoint barrier: they would be lost");
        }
        long start = System.nanoTime();
        memory.flush();
        segments.snapshot();
        metrics.flushed(System.nanoTime() - start);
        mail(() -> metrics.stalled(System.nanoTime() - stallStartNanos), "end of a checkpoint's stall");
        FaultPoint.CHECKPOINT_FLUSHED.reached();
        super.snapshotState(context);
    }

    /** Sees to it that waiting steps get done: one mail at a time, each doing one step. */
    private void pump() {
        if (memory.hasSteps() && !mailQueued) {
            mailQueued = true;
            mail(this::step, "memory step");
        }
    }

    /** Posts a mail unless the task is ending: what is left then is in the last checkpoint, or is found again by itself. */
    private void mail(ThrowingRunnable<Exception> work, String what) {
        try {
            mailbox.execute(work, what);
        } catch (RejectedExecutionException e) {
            LOG.debug("the task is ending, without: {}", what);
        }
    }

    private void step() {
        mailQueued = false;
        memory.runStep();
        pump();
    }

    private ColdTier.Place coldPlace() throws Exception {
        ColdSettings place = settings.cold();
        if (!place.exists()) {
            return null;
        }
        Configuration cluster = new Configuration(
                getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration());
        coldIo = new ColdIo(place, cluster, getOperatorName());
        return new ColdTier.Place(
                coldIo.store(),
                coldIo.threads(),
                ColdIo.owner(task -> mailbox.execute(() -> runCold(task), "cold tier")),
                keyGroups(),
                ColdLimits.DEFAULT.with(place.heapBytesMax(), place.segmentBytes()),
                place.warmLimits(),
                new MoveEvents(this, settings.eventFormat(), this::nowMillis, getMetricGroup()));
    }

    private OperatorKeyGroups keyGroups() {
        return new OperatorKeyGroups(keyGroupRange(), maxParallelism());
    }

    private KeyGroupRange keyGroupRange() {
        KeyedStateBackend<ShardKey> backend = getKeyedStateBackend();
        return ((AbstractKeyedStateBackend<?>) backend).getKeyGroupRange();
    }

    private int maxParallelism() {
        return getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
    }

    @Override
    public void close() throws Exception {
        if (coldIo != null) {
            coldIo.close();
        }
        super.close();
    }

    private MemoryLimits limits() {
        int slots = getContainingTask()
                .getEnvironment()
                .getTaskManagerInfo()
                .getConfiguration()
                .get(TaskManagerOptions.NUM_TASK_SLOTS);
        return new MemoryLimits(
                        settings.hotBytesMax() / Math.max(1, slots),
                        settings.dirtyBytesMax(),
                        settings.scanPageBytesMax(),
                        settings.rawPageBytesMax(),
                        settings.profile())
                .withIdleMillis(settings.idleAfter().toMillis());
    }

    private String attempt() {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return getRuntimeContext().getJobInfo().getJobId() + "/" + task.getIndexOfThisSubtask() + "/"
                + task.getAttemptNumber();
    }

    private boolean owns(ShardKey shard) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                shard, task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks());
        return owner == task.getIndexOfThisSubtask();
    }

    private void registerTimer(ShardKey shard, long timeMillis) {
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, timeMillis);
    }

    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    // ------------------------------------------------------------ outputs

    @Override
    public void answer(OutputRecord result) {
        output.collect(outgoing.replace(result));
    }

    @Override
    public void partial(PartialAnswer part) {
        side(MemoryOutputs.PARTIALS, part);
    }

    @Override
    public void event(OutputRecord event) {
        side(MemoryOutputs.EVENTS, event);
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        side(MemoryOutputs.ACKNOWLEDGEMENTS, acknowledgement);
    }

    @Override
    public void accepted(OutputRecord command) {
        side(MemoryOutputs.ACCEPTED, command);
    }

    @Override
    public void refuse(ShardRecord record, Violation why, String id) {
        side(MemoryOutputs.DEAD_LETTERS, settings.deadLetters().of(record, why, id));
    }

    private <T> void side(OutputTag<T> tag, T value) {
        output.collect(tag, new StreamRecord<>(value));
    }
}
