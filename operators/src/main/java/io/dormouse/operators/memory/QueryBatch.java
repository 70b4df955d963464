// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.QueryRecord;
import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.step.BatchSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.DoubleSupplier;
import org.apache.flink.api.common.operators.MailboxExecutor;

/**
 * Queries that queue are answered together (SPEC row HA4), by shard, and one that comes alone is not kept waiting.
 *
 * <p>No timer tells them apart, but Flink's mailbox, which runs a mail after each record while there are records, and at
 * once when there are none. The first query posts a mail. When the mail finds more queries than the mail before, records
 * are queued: it posts itself again. So it does, once, when a write came instead, since Flink takes records of ingest and
 * of queries in turn. Else, or as soon as there are as many as {@link BatchSize} allows, they are answered.
 *
 * <p>What is pending lives in heap only, so it must be answered before a checkpoint barrier goes on, before the end of
 * input, and before a namespace command. It need not be before a write: a query sees every write that came before it,
 * and may see some that came after it, those that arrived while it was pending. After a failure Kafka's queries are read
 * again from the last checkpoint, and those pending are among them.
 */
final class QueryBatch {
    /**
     * A query ready to be answered.
     *
     * @param partialReason why its answer will be partial, or null
     * @param waitedMillis how long it waited for ingest
     */
    record Asked(ShardRecord record, QueryRecord query, String partialReason, long waitedMillis) {}

    /** Answers queries of one shard. */
    @FunctionalInterface
    interface Answering {
        void answer(ShardKey shard, List<Asked> asked) throws Exception;
    }

    private final MailboxExecutor mailbox;
    private final BatchSize size;
    private final DoubleSupplier share;
    private final Answering answering;
    private final MemoryMetrics metrics;
    private final Map<ShardKey, List<Asked>> pending = new LinkedHashMap<>();
    private int count;
    private int countAtLastMail;
    private boolean moreAtLastMail;
    private boolean wroteSince;
    private boolean mailQueued;
    private long startNanos;

    /** @param share of the size that a batch should have now */
    QueryBatch(
            MailboxExecutor mailbox, BatchSize size, DoubleSupplier share, Answering answering, MemoryMetrics metrics) {
        this.mailbox = mailbox;
        this.size = size;
        this.share = share;
        this.answering = answering;
        this.metrics = metrics;
    }

    /** Answers a query with those beside it; at once when the batch is full. */
    void add(Asked asked) throws Exception {
        if (count == 0) {
            startNanos = System.nanoTime();
        }
        pending.computeIfAbsent(asked.record().shard(), shard -> new ArrayList<>())
                .add(asked);
        count++;
        if (count >= Math.max(1, (int) (size.limit() * share.getAsDouble()))) {
            answer();
        } else if (!mailQueued) {
            post();
        }
    }

    private void post() throws Exception {
        try {
            mailbox.execute(this::look, "answer queries");
            mailQueued = true;
        } catch (RejectedExecutionException e) {
            answer(); // the task is ending: no mail will come
        }
    }

    private void look() throws Exception {
        mailQueued = false;
        boolean more = count > countAtLastMail;
        if (more || moreAtLastMail && wroteSince) {
            countAtLastMail = count;
            moreAtLastMail = more;
            wroteSince = false;
            post();
        } else {
            answer();
        }
    }

    /** A write was handled. */
    void wrote() {
        wroteSince = true;
    }

    /** Answers what is pending. Afterwards another key than before may be the current one. */
    void answer() throws Exception {
        if (count == 0) {
            return;
        }
        for (Map.Entry<ShardKey, List<Asked>> each : pending.entrySet()) {
            answering.answer(each.getKey(), each.getValue());
        }
        long nanos = System.nanoTime() - startNanos;
        size.took(count, nanos);
        metrics.batch(count, nanos);
        pending.clear();
        count = 0;
        countAtLastMail = 0;
        moreAtLastMail = false;
        wroteSince = false;
    }

    boolean isEmpty() {
        return count == 0;
    }
}
