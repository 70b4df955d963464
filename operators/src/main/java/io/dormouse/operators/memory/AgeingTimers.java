// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.PagedMemory;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.shard.ShardMemory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;

/**
 * Has the raw pages of each shard looked at from time to time, as long as there are some that may go to object storage, also
 * while the shard sleeps: the timers are part of the state. Without a cold tier it does nothing.
 */
final class AgeingTimers implements Triggerable<ShardKey, VoidNamespace> {
    private final PagedMemory memory;
    private final Consumer<ShardKey> selector;
    private final LongSupplier clockMillis;
    private final Runnable pump;
    private InternalTimerService<VoidNamespace> timers;
    private boolean ended;

    /**
     * @param selector sets the current key
     * @param pump sees to it that waiting steps get done
     */
    AgeingTimers(PagedMemory memory, Consumer<ShardKey> selector, LongSupplier clockMillis, Runnable pump) {
        this.memory = memory;
        this.selector = selector;
        this.clockMillis = clockMillis;
        this.pump = pump;
    }

    /** @param service calls this object when a timer is due */
    void use(InternalTimerService<VoidNamespace> service) {
        timers = service;
    }

    /** A shard, which is selected, was written or asked: its first page that may go cold has it looked at. */
    void inUse(ShardKey key, ShardMemory shard) {
        if (memory.cold() != null && !ended && shard.startsToAge()) {
            register(key, 2);
        }
    }

    /** The input has ended: no timer would fire any more. */
    void end() {
        ended = true;
    }

    @Override
    public void onProcessingTime(InternalTimer<ShardKey, VoidNamespace> timer) {
        ShardMemory shard = memory.cold() == null ? null : memory.wakeSound(timer.getKey());
        if (shard == null) {
            return;
        }
        if (shard.hasPagesToAge()) {
            long next = register(timer.getKey(), 1);
            shard.age(() -> forget(timer.getKey(), next));
        } else {
            shard.restsFromAgeing();
        }
        memory.settle(shard);
        pump.run();
    }

    /**
     * Rounded, so that a shard has one timer however often this is called, and each shard to another moment, so that not all
     * wake at once.
     */
    private long register(ShardKey shard, int passes) {
        long period = memory.cold().warmLimits().passMillis();
        long offset = Math.floorMod(shard.hashCode(), period);
        long timeMillis = ((clockMillis.getAsLong() - offset) / period + passes) * period + offset;
        timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, timeMillis);
        return timeMillis;
    }

    /** No page of a shard may go cold any more: it need not be woken. */
    private void forget(ShardKey shard, long timeMillis) {
        selector.accept(shard);
        timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, timeMillis);
    }

    @Override
    public void onEventTime(InternalTimer<ShardKey, VoidNamespace> timer) {
        throw new IllegalStateException("the memory registers no event-time timers");
    }
}
