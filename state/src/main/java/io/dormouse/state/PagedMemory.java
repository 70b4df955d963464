// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state;

import io.dormouse.state.access.AccessLog;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.shard.Losses;
import io.dormouse.state.shard.MemoryLimits;
import io.dormouse.state.shard.NamespaceSettings;
import io.dormouse.state.shard.RecallSampler;
import io.dormouse.state.shard.RecallSampling;
import io.dormouse.state.shard.SearchAnswer;
import io.dormouse.state.shard.SearchRequest;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import io.dormouse.state.shard.Shards;
import io.dormouse.state.shard.UpkeepTotals;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import io.dormouse.state.store.AccessLevels;
import io.dormouse.state.store.MeasuredStore;
import io.dormouse.state.store.WarmStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The memory of one operator: every shard it owns, asleep in the store or awake in heap, one hot cache and one step queue
 * for all of them. Single-threaded.
 *
 * <p>The owner calls {@link #wake} and works with the shard, then {@link #settle}; when it has a moment, {@link #runStep}
 * while {@link #hasSteps}; and {@link #flush} before every checkpoint. Between those calls the heap limits hold.
 */
public final class PagedMemory {
    /** What is dirty may exceed its limit by this factor before writing back stops waiting for its turn. */
    private static final int DIRTY_OVERRUN = 2;

    private final MemoryLimits limits;
    private final HotPageCache cache;
    private final StepQueue steps = new StepQueue();
    private final Shards shards;
    private boolean writeBehindQueued;

    /** A memory that measures no recall, and so keeps to the planner unless its shards were calibrated before. */
    public PagedMemory(
            MemoryLimits limits,
            WarmStore store,
            VectorKernels kernels,
            ProbePlanner planner,
            LongSupplier clockMillis) {
        this(limits, store, kernels, planner, RecallSampling.OFF, clockMillis);
    }

    /**
     * @param planner decides what to probe while a shard knows too little of its own queries
     * @param sampling how much may be spent on measuring recall
     */
    public PagedMemory(
            MemoryLimits limits,
            WarmStore store,
            VectorKernels kernels,
            ProbePlanner planner,
            RecallSampling sampling,
            LongSupplier clockMillis) {
        this(limits, store, kernels, planner, sampling, null, clockMillis);
    }

    /** @param cold where pages go that nobody uses; null = they stay in the store */
    public PagedMemory(
            MemoryLimits limits,
            WarmStore store,
            VectorKernels kernels,
            ProbePlanner planner,
            RecallSampling sampling,
            ColdTier.Place cold,
            LongSupplier clockMillis) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.cache = new HotPageCache(limits.hotBytesMax(), limits.dirtyBytesMax());
        this.shards = new Shards(
                limits,
                new MeasuredStore(store, cache.levels()),
                cache,
                steps,
                kernels,
                planner,
                sampling,
                cold,
                clockMillis);
    }

    /**
     * The shard, awake and selected, or null when there is none of this name.
     *
     * @throws io.dormouse.state.shard.DamagedShardException when its head is damaged; other shards are none the worse
     */
    public ShardMemory wake(ShardKey key) {
        return shards.wake(key);
    }

    /** As {@link #wake}, for work that nobody asked for: null also when the shard's head is damaged. */
    public ShardMemory wakeSound(ShardKey key) {
        return shards.wakeSound(key);
    }

    /** Why a shard of these settings cannot be made or used here, in words, or null when it can. */
    public String refusal(NamespaceSettings settings) {
        return limits.refusal(settings);
    }

    /** Makes a shard that does not exist yet. */
    public ShardMemory create(ShardKey key, NamespaceSettings settings) {
        return shards.create(key, settings);
    }

    /** Erases a shard from heap and store; false when there was none. */
    public boolean erase(ShardKey key) {
        return shards.erase(key);
    }

    /**
     * Answers queries of one shard, which must exist, together; in their order. Each has the shard's dimension. They see
     * one state of the shard. The heap limits hold but for the pages that are being scanned.
     */
    public List<SearchAnswer> search(ShardKey key, List<SearchRequest> requests) {
        List<SearchAnswer> answers = new ArrayList<>(requests.size());
        while (answers.size() < requests.size()) {
            // Storing what is evicted may select another shard.
            ShardMemory shard = shards.wake(key);
            shard.search(requests.subList(answers.size(), requests.size()), answers);
            settle(shard);
        }
        return answers;
    }

    /** Ends an operation: evicts what is too much and sees to it that changes get stored. */
    public void settle(ShardMemory shard) {
        shards.reserve(shard);
        settle();
    }

    /** Evicts what is too much, after the limit of the hot tier was lowered. */
    public void trim() {
        settle();
    }

    private void settle() {
        shards.trim();
        cache.trim();
        while (cache.overDirtyLimit(DIRTY_OVERRUN)) {
            cache.writeBackOldest();
        }
        shards.boundChanged();
        if ((cache.overDirtyLimit() || shards.overChangedLimit()) && !writeBehindQueued) {
            writeBehindQueued = true;
            steps.add(Urgency.WRITE_BEHIND, this::writeBehind);
        }
    }

    private void writeBehind() {
        writeBehindQueued = false;
        if (shards.overChangedLimit()) {
            shards.storeOldest();
        } else {
            cache.writeBackOldest();
        }
    }

    /** Whether {@link #runStep} has something to do. */
    public boolean hasSteps() {
        return !steps.isEmpty();
    }

    /** Does one bounded piece of the waiting work; false when there was none. */
    public boolean runStep() {
        boolean ran = steps.runNext();
        if (ran) {
            settle();
        }
        return ran;
    }

    /** Stores everything that changed: afterwards the store alone is the memory. */
    public void flush() {
        cache.writeBackAll();
        shards.flush();
    }

    /** What damage has cost, until somebody tells of it. */
    public Losses losses() {
        return shards.losses();
    }

    /** To be called about once a second: shards that nobody uses fall asleep; the cold tier stores what it collected. */
    public void tick() {
        shards.tick();
        settle();
    }

    /** Cold segments whose pages were moved to new ones. */
    public long segmentsRewritten() {
        return shards.segmentsRewritten();
    }

    /** The cold tier, or null when there is none. */
    public ColdTier cold() {
        return shards.cold();
    }

    /** Shards in heap. */
    public int awakeShards() {
        return shards.awake();
    }

    /** Recall as measured by running sampled queries again, for its gauges. */
    public RecallSampler recall() {
        return shards.recall();
    }

    /** What maintenance has done and has left to do, for its gauges. */
    public UpkeepTotals upkeep() {
        return shards.upkeep();
    }

    /** At which level pages and items were found. */
    public AccessLevels levels() {
        return cache.levels();
    }

    /** The latest accesses to scan pages. */
    public AccessLog accesses() {
        return shards.accesses();
    }

    /** The hot tier, for its gauges. */
    public HotPageCache cache() {
        return cache;
    }

    /** Waiting pieces of work. */
    public int waitingSteps() {
        return steps.size();
    }
}
