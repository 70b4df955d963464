// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.cold.ColdIo;
import io.dormouse.operators.cold.ColdSettings;
import io.dormouse.operators.namespace.Topology;
import io.dormouse.operators.record.CommandRecord;
import io.dormouse.operators.record.HandledInput;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.NamespaceCommand;
import io.dormouse.schema.NamespaceOp;
import io.dormouse.schema.WireCodec;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.PagedMemory;
import io.dormouse.state.cold.ColdLimits;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.SegmentUses;
import io.dormouse.state.fault.FaultPoint;
import io.dormouse.state.index.FixedShareProbes;
import io.dormouse.state.kernel.Kernels;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.RecallSampling;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.step.BatchSize;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorV2;
import org.apache.flink.streaming.api.operators.Input;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.MultipleInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * The paged memory as a Flink operator: input 1 is ingest and input 2 are queries, both keyed by shard, input 3 the
 * broadcast commands. Ingest and queries are two inputs because Flink takes a record of each in turn, and a buffer full of
 * records of each channel of one: a query waits for a write or two, not for those that are queued.
 *
 * <p>It only wires: keys, timers, mailbox, outputs and metrics here; what happens to a record is decided by its handler,
 * and how the memory works by {@link PagedMemory}. Writes are handled as they come, queries that queue together
 * ({@link QueryBatch}); everything else waits in the memory's step queue, which one mail at a time works off between
 * records. All changes reach keyed state before a checkpoint takes it, in {@link #snapshotState}.
 */
public final class PagedMemoryOperator extends AbstractStreamOperatorV2<OutputRecord>
        implements MultipleInputStreamOperator<OutputRecord>, Triggerable<ShardKey, VoidNamespace> {
    private static final long TICK_MILLIS = 1_000;

    /** So often the heap is looked at: a flood fills it within a second. */
    private static final long LOOK_MILLIS = 200;

    // ------------------------------------------------------------ configuration
    private final MemorySettings settings;
    private final MailboxExecutor mailbox;
    private final TaskPlace place;

    // ------------------------------------------------------------ runtime
    private PagedMemory memory;
    private WaitingRecords waiting;
    private QueryHandler queries;
    private ColdQueries cold;
    private ColdIo coldIo;
    private LiveSegments segments;
    private ColdFailureLog coldFailures;
    private CommandHandler commands;
    private RecordHandler records;
    private DamagedShards damaged;
    private LossEvents losses;
    private MemoryPressure pressure;
    private MemoryMetrics metrics;
    private InternalTimerService<VoidNamespace> timers;
    private AgeingTimers ageing;
    private boolean restored;
    private boolean mailQueued;
    private long stallStartNanos;

    PagedMemoryOperator(StreamOperatorParameters<OutputRecord> parameters, MemorySettings settings) {
        super(parameters, 3);
        this.settings = settings;
        this.mailbox = parameters.getMailboxExecutor();
        this.place = TaskPlace.of(parameters.getContainingTask().getEnvironment());
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        LOG.info(
                "vector kernels: {}; profile {}",
                Kernels.selection(),
                settings.profile().described());
        Kernels.warmUp();
        OperatorSink sink = new OperatorSink(output, settings.deadLetters());
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
                coldPlace(sink),
                this::nowMillis);
        segments = new LiveSegments(
                context.getOperatorStateStore(),
                place.keyGroupRange(),
                place.maxParallelism(),
                coldIo == null
                        ? new SegmentUses(warm, place.keyGroups())
                        : memory.cold().uses());
        timers = getInternalTimerService("deadlines", VoidNamespaceSerializer.INSTANCE, this);
        ageing = new AgeingTimers(memory, this::setCurrentKey, this::nowMillis, this::pump);
        ageing.use(getInternalTimerService("ageing", VoidNamespaceSerializer.INSTANCE, ageing));
        waiting = new WaitingRecords(
                getKeyedStateBackend(), this::registerTimer, settings.waitingMax(), settings.waitingBytesMax());
        BatchSize batchSize = new BatchSize(settings.batchBudget().toNanos());
        metrics = new MemoryMetrics(getMetricGroup(), memory, waiting, batchSize, this::nowMillis);
        damaged = new DamagedShards(place.job().getJobId().toString(), sink, settings.eventFormat());
        restored = context.isRestored();
        if (restored) {
            damaged.canGoBack();
        }
        losses = new LossEvents(memory.losses(), sink, settings.eventFormat());
        metrics.damage(damaged, memory.losses());
        IngestHandler ingest = new IngestHandler(memory, settings.namespaces(), sink, metrics);
        cold = new ColdQueries(memory.cold(), this::arrived);
        pressure = new MemoryPressure(new HeapUse(), memory.cache());
        metrics.pressure(pressure);
        Answers answers = new Answers(
                sink,
                settings.resultFormat(),
                settings.deadlineMillis(),
                place.attempt(),
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
                place::owns,
                damaged,
                sink,
                settings.eventFormat());
        records = new RecordHandler(
                memory,
                waiting,
                queries,
                ingest,
                commands,
                damaged,
                ageing,
                sink,
                this::setCurrentKey,
                settings.deadlineMillis(),
                this::nowMillis);
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
            mailbox.execute(() -> records.retry(shard), "ask again what waited in the checkpoint");
        }
        if (restored) {
            FaultPoint.STATE_RESTORED.reached();
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
            memory.cold().fetches().health().look();
        }
        losses.tick(nowMillis());
        pump();
    }

    /** What a query lacked of object storage has come, or will not. */
    private void arrived(ShardRecord query) {
        mail(() -> retry(query), "ask again after a fetch");
    }

    private void retry(ShardRecord query) throws Exception {
        records.retry(query);
        pump();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List<Input> getInputs() {
        return List.of(
                new HandledInput<ShardRecord, OutputRecord>(this, 1, this::handle),
                new HandledInput<ShardRecord, OutputRecord>(this, 2, this::handle),
                new HandledInput<CommandRecord, OutputRecord>(this, 3, this::handle));
    }

    private void handle(ShardRecord record) throws Exception {
        records.handle(record);
        pump();
    }

    private void handle(CommandRecord record) throws Exception {
        queries.batch().answer();
        NamespaceCommand command = WireCodec.COMMAND.decode(record.body(), WireFormat.AVRO);
        int partitions = commands.partitions(command);
        commands.handle(record, command, nowMillis());
        if (command.getOp() == NamespaceOp.CREATE) {
            for (int partition = 0; partition < partitions; partition++) {
                ShardKey shard = new ShardKey(command.getNamespace(), partition);
                if (waiting.any(shard)) {
                    records.retry(shard);
                }
            }
        }
        pump();
    }

    @Override
    public void onProcessingTime(InternalTimer<ShardKey, VoidNamespace> timer) throws Exception {
        records.retryDue(timer.getKey(), Math.max(timer.getTimestamp(), nowMillis()));
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
            records.retry(shard);
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

    private ColdTier.Place coldPlace(MemorySink sink) throws Exception {
        ColdSettings cold = settings.cold();
        if (!cold.exists()) {
            return null;
        }
        coldIo = new ColdIo(cold, place.cluster(), getOperatorName());
        return new ColdTier.Place(
                coldIo.store(),
                coldIo.threads(),
                ColdIo.owner(task -> mailbox.execute(() -> runCold(task), "cold tier")),
                place.keyGroups(),
                ColdLimits.DEFAULT.with(cold.heapBytesMax(), cold.segmentBytes(), cold.threads()),
                cold.warmLimits(),
                new MoveEvents(sink, settings.eventFormat(), this::nowMillis, getMetricGroup()));
    }

    @Override
    public void close() throws Exception {
        if (coldIo != null) {
            coldIo.close();
        }
        super.close();
    }

    private MemoryLimits limits() {
        return new MemoryLimits(
                        settings.hotBytesMax() / place.slots(),
                        settings.dirtyBytesMax(),
                        settings.scanPageBytesMax(),
                        settings.rawPageBytesMax(),
                        settings.profile())
                .withIdleMillis(settings.idleAfter().toMillis());
    }

    private void registerTimer(ShardKey shard, long timeMillis) {
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, timeMillis);
    }

    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }
}
