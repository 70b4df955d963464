// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import io.dormouse.state.access.AccessLog;
import io.dormouse.state.cache.HotPageCache;
import io.dormouse.state.cold.ColdTier;
import io.dormouse.state.cold.Segment;
import io.dormouse.state.cold.SuspectRanges;
import io.dormouse.state.index.ProbePlanner;
import io.dormouse.state.kernel.VectorKernels;
import io.dormouse.state.step.StepQueue;
import io.dormouse.state.step.StepQueue.Urgency;
import io.dormouse.state.store.CorruptBlockException;
import io.dormouse.state.store.WarmStore;
import java.nio.BufferUnderflowException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The shards that are awake, longest unused first. A shard wakes when it is asked for, by one read of its {@link HeadBundle},
 * and sleeps when room is needed or nobody has used it for a while. Asleep it takes no heap at all: its blocks, its
 * directory, its upkeep and what it reserved are gone, and what the eviction policy remembers of its blocks is bounded by
 * the policy. So the heap is bounded by what is active, however many shards there are.
 */
public final class Shards implements SuspectRanges.Listener {
    /** Shards that one step sends to sleep: about ten microseconds each, more when they changed. */
    private static final int SLEEPS_PER_STEP = 8;

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

    private final ChangedShards changed = new ChangedShards();
    private boolean idleQueued;
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
                : new ColdTier(
                        coldPlace, store, cache.levels(), clockMillis, cache::reserveTransit, this::stored, this);
        this.rewrite = cold == null ? null : new SegmentRewrite(cold, this::wakeSound, steps, clockMillis);
    }

    /**
     * The shard, awake and selected in the store, or null when there is none.
     *
     * @throws DamagedShardException when its head is damaged
     */
    public ShardMemory wake(ShardKey key) {
        ShardMemory shard = find(key);
        if (shard != null) {
            shard.use(clockMillis.getAsLong());
        }
        return shard;
    }

    private ShardMemory find(ShardKey key) {
        store.select(key);
        ShardMemory shard = awake.get(key);
        if (shard != null) {
            return shard;
        }
        HeadBundle stored = head(key);
        return stored == null ? null : add(key, stored);
    }

    private HeadBundle head(ShardKey key) {
        try {
            return HeadBundle.read(store, limits.headBytesMax());
        } catch (CorruptBlockException | IllegalArgumentException | BufferUnderflowException e) {
            // the latter two: sound bytes of a newer version, with settings that this one does not know
            throw new DamagedShardException(key, e.getMessage());
        }
    }

    /** As {@link #wake}, for work that nobody asked for: it is no use of the shard, and null also when its head is damaged. */
    public ShardMemory wakeSound(ShardKey key) {
        try {
            return find(key);
        } catch (DamagedShardException e) {
            return null;
        }
    }

    /** A new shard, selected in the store. */
    public ShardMemory create(ShardKey key, NamespaceSettings settings) {
        store.select(key);
        ShardHead head = new ShardHead(settings, limits.rawRowsPerPage(settings.dimension()));
        ShardMemory shard = add(key, HeadBundle.fresh(store, head, limits.headBytesMax()));
        shard.use(clockMillis.getAsLong());
        shard.noteMaintained();
        return shard;
    }

    /** Removes a shard from heap and store, a damaged one as well; false when there is none. */
    public boolean erase(ShardKey key) {
        ShardMemory shard;
        try {
            shard = wake(key);
        } catch (DamagedShardException e) {
            losses.forget(key);
            store.clear(); // what it had in object storage counts as in use for ever: nobody knows what that was
            return true;
        }
        if (shard == null) {
            return false;
        }
        awake.remove(key);
        losses.forget(key);
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

    /** Whether shards that changed should be written behind. */
    public boolean overChangedLimit() {
        return changed.overLimit();
    }

    /** Stores the shard that changed longest ago. */
    public void storeOldest() {
        changed.storeOldest();
    }

    /** Stores shards that changed while far too many have. */
    public void boundChanged() {
        while (changed.overHardLimit()) {
            changed.storeOldest();
        }
    }

    /** Has the shards sent to sleep that nobody has used for too long, a few a step. */
    private void wantIdleAsleep() {
        if (!idleQueued && idle() != null) {
            idleQueued = true;
            steps.add(Urgency.TIERING, this::sleepIdle);
        }
    }

    private void sleepIdle() {
        idleQueued = false;
        ShardMemory shard = idle();
        for (int i = 0; shard != null && i < SLEEPS_PER_STEP; i++) {
            awake.remove(shard.key());
            shard.sleep();
            shard = idle();
        }
        wantIdleAsleep();
    }

    /** The shard unused for longest, if that is too long, or null. */
    private ShardMemory idle() {
        Iterator<ShardMemory> oldest = awake.values().iterator();
        ShardMemory shard = oldest.hasNext() ? oldest.next() : null;
        return shard != null && clockMillis.getAsLong() - shard.usedMillis() > limits.idleMillisMax() ? shard : null;
    }

    /** Stores what changed in every awake shard; their pages must have been written back. */
    public void flush() {
        changed.flush();
        if (cold != null) {
            cold.flush();
        }
    }

    private void stored(Segment segment, List<Segment.Content> contents) {
        new SegmentArrival(segment, contents, this::wakeSound, steps, cold.moves()).begin();
        steps.add(Urgency.TIERING, () -> cold.uses().know(segment.entries()));
    }

    /** A shard that sleeps tells of its losses when they are next met. */
    @Override
    public boolean lost(Losses.Place place, String reason) {
        ShardMemory shard = awake.get(place.shard());
        return shard != null && shard.lost(place, reason);
    }

    @Override
    public void found(Losses.Place place) {
        losses.found(place);
    }

    /** Looks for shards that should sleep, and keeps the cold tier going; to be called about once a second. */
    public void tick() {
        wantIdleAsleep();
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

    private ShardMemory add(ShardKey key, HeadBundle stored) {
        ShardMemory shard = new ShardMemory(
                key, stored, limits, cache, changed, steps, scratch, sampler, upkeep, cold, losses, clockMillis);
        awake.put(key, shard);
        return shard;
    }
}
