// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.access.AccessLog;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.Segment;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import io.dormouse.state.store.BlockKey;
import io.dormouse.state.store.BlockKind;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.WarmStore;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** The shards that are awake, longest unused first. A shard wakes when it is asked for and sleeps when room is needed. */
public final class Shards {
    private final MemoryLimits limits;
    private final WarmStore store;
    private final HotPageCache cache;
    private final StepQueue steps;
    private final SearchScratch scratch;
    private final RecallSampler sampler;
    private final UpkeepTotals upkeep = new UpkeepTotals();
    private final Losses losses = new Losses();
    private final LongSupplier clockMillis;
    /** Null when the job has none. */
    private final ColdTier cold;

    private final SegmentRewrite rewrite;

    private final Map<ShardKey, ShardMemory> awake = new LinkedHashMap<>(16, 0.75f, true);

    public Shards(
            MemoryLimits limits,
            WarmStore store,
            HotPageCache cache,
            StepQueue steps,
            VectorKernels kernels,
            ProbePlanner planner,
            RecallSampling sampling,
            ColdTier.Place coldPlace,
            LongSupplier clockMillis) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.store = Objects.requireNonNull(store, "store");
        this.cache = Objects.requireNonNull(cache, "cache");
        this.steps = Objects.requireNonNull(steps, "steps");
        this.scratch = new SearchScratch(kernels, planner);
        this.sampler = new RecallSampler(sampling, steps, kernels, clockMillis);
        this.clockMillis = Objects.requireNonNull(clockMillis, "clockMillis");
        this.cold = coldPlace == null
                ? null
                : new ColdTier(coldPlace, store, cache.levels(), clockMillis, cache::reserve, this::stored);
        this.rewrite = cold == null ? null : new SegmentRewrite(cold, this::wakeSound, steps, clockMillis);
    }

    /**
     * The shard, awake and selected in the store, or null when there is none.
     *
     * @throws DamagedShardException when its head is damaged
     */
    public ShardMemory wake(ShardKey key) {
        store.select(key);
        ShardMemory shard = awake.get(key);
        if (shard != null) {
            return shard;
        }
        ShardHead head = head(key);
        return head == null ? null : add(key, head);
    }

    /** A head that is missing while a directory is there was lost; a new shard would be built on the ruins of the old. */
    private ShardHead head(ShardKey key) {
        try {
            ShardHead head = ShardHead.read(store);
            if (head == null && store.block(BlockKey.of(BlockKind.ROOT, 0)) != null) {
                throw new DamagedShardException(key, "HEAD block is missing, but there is a directory");
            }
            return head;
        } catch (CorruptBlockException e) {
            throw new DamagedShardException(key, e.getMessage());
        }
    }

    /** As {@link #wake}, and null when its head is damaged: nobody has asked for it. */
    public ShardMemory wakeSound(ShardKey key) {
        try {
            return wake(key);
        } catch (DamagedShardException e) {
            return null;
        }
    }

    /** A new shard, selected in the store. */
    public ShardMemory create(ShardKey key, NamespaceSettings settings) {
        store.select(key);
        ShardMemory shard = add(key, new ShardHead(settings, limits.rawRowsPerPage(settings.dimension())));
        shard.noteMaintained();
        return shard;
    }

    /** Removes a shard from heap and store, a damaged one as well; false when there is none. */
    public boolean erase(ShardKey key) {
        ShardMemory shard;
        try {
            shard = wake(key);
        } catch (DamagedShardException e) {
            store.clear(); // what it had in object storage counts as in use for ever: nobody knows what that was
            return true;
        }
        if (shard == null) {
            return false;
        }
        awake.remove(key);
        shard.leaveCold();
        shard.leaveHeap();
        store.clear();
        return true;
    }

    /** Updates what the shard holds in heap beside its pages. */
    public void reserve(ShardMemory shard) {
        shard.reserve();
    }

    /** Sends the longest unused shards to sleep while directories take too much of the heap limit. */
    public void trim() {
        Iterator<ShardMemory> oldest = awake.values().iterator();
        while (cache.overReserveLimit() && awake.size() > 1 && oldest.hasNext()) {
            ShardMemory shard = oldest.next();
            oldest.remove();
            shard.sleep();
        }
    }

    /** Stores what changed in every awake shard; their pages must have been written back. */
    public void flush() {
        for (ShardMemory shard : awake.values()) {
            shard.flush();
        }
        if (cold != null) {
            cold.flush();
        }
    }

    private void stored(Segment segment, List<Segment.Content> contents) {
        new SegmentArrival(segment, contents, this::wakeSound, steps, cold.moves()).begin();
        steps.add(Urgency.TIERING, () -> cold.uses().know(segment.entries()));
    }

    /** Keeps the cold tier going; to be called about once a second. */
    public void tick() {
        if (cold != null) {
            cold.tick();
            rewrite.tick();
        }
    }

    /** Cold segments whose pages were moved to new ones. */
    public long segmentsRewritten() {
        return rewrite.rewritten();
    }

    /** The cold tier, or null. */
    public ColdTier cold() {
        return cold;
    }

    /** Recall as measured, and what measuring it cost. */
    public RecallSampler recall() {
        return sampler;
    }

    /** The latest accesses to scan pages. */
    public AccessLog accesses() {
        return scratch.accesses;
    }

    /** What maintenance has done and has left to do. */
    public UpkeepTotals upkeep() {
        return upkeep;
    }

    /** What damage has cost. */
    public Losses losses() {
        return losses;
    }

    /** Shards awake. */
    public int awake() {
        return awake.size();
    }

    private ShardMemory add(ShardKey key, ShardHead head) {
        ShardMemory shard = new ShardMemory(
                key, head, limits, store, cache, steps, scratch, sampler, upkeep, cold, losses, clockMillis);
        awake.put(key, shard);
        return shard;
    }
}
