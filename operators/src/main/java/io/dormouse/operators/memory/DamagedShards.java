// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.namespace.Events;
import io.dormouse.schema.EventType;
import io.dormouse.schema.Violation;
import io.dormouse.schema.WireFormat;
import io.dormouse.state.shard.DamagedShardException;
import io.dormouse.state.shard.ShardKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shards whose head is damaged (SPEC row TK8). The copy in the last checkpoint may be intact, so the first that is met fails
 * the task on purpose, once per shard and three times per process, if there is a checkpoint to go back to. Is the damage still there
 * afterwards, the shard is isolated: its queries are answered with the reason, its writes become dead letters, an event
 * names it, all other shards go on, and ERASE gives its name back.
 */
final class DamagedShards {
    private static final Logger LOG = LoggerFactory.getLogger(DamagedShards.class);

    /** Shards for which the job was failed, over all tasks of this process; beyond so many it is more than bad luck. */
    private static final int FAIL_OVERS_MAX = 3;

    private static final Set<String> FAILED_OVER = ConcurrentHashMap.newKeySet();

    private final String job;
    private final MemorySink sink;
    private final WireFormat eventFormat;
    private final Set<ShardKey> isolated = new HashSet<>();
    private boolean hasCheckpoint;
    private volatile int count;

    /** @param job identifies the job in this process */
    DamagedShards(String job, MemorySink sink, WireFormat eventFormat) {
        this.job = job;
        this.sink = sink;
        this.eventFormat = eventFormat;
    }

    /** There is a checkpoint that a failed task goes back to. */
    void canGoBack() {
        hasCheckpoint = true;
    }

    /**
     * A shard turns out to be damaged; returns why nothing can be done with it.
     *
     * @throws FlinkRuntimeException when the last checkpoint is to be tried first: it must fail the task
     */
    Violation isolate(DamagedShardException damage, long nowMillis) {
        ShardKey shard = damage.shard();
        if (hasCheckpoint && FAILED_OVER.size() < FAIL_OVERS_MAX && FAILED_OVER.add(job + "/" + shard)) {
            throw new FlinkRuntimeException(
                    "the head of shard " + shard
                            + " is damaged: the task fails once, on purpose, to see whether the last"
                            + " checkpoint has an intact copy",
                    damage);
        }
        Violation violation = Violation.damagedShard(shard.namespace(), shard.partition(), damage.getMessage());
        if (isolated.add(shard)) {
            count = isolated.size();
            LOG.error("shard isolated: {}", violation.message());
            sink.event(Events.write(
                    Events.about(
                            shard,
                            EventType.PAGE_FAULTED,
                            violation.message(),
                            nowMillis,
                            Map.of("lost", "HEAD", "reason", damage.getMessage())),
                    eventFormat));
        }
        return violation;
    }

    /** A shard was erased, and is none any more. */
    void erased(ShardKey shard) {
        isolated.remove(shard);
        count = isolated.size();
    }

    /** Shards isolated and not erased since; any thread may ask. */
    int count() {
        return count;
    }
}
