// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.ShardRecord;

/** What a {@link Planner} may ask of the operator around it. */
interface PlanContext {
    /** Partitions of a namespace: 1 unless it was created with more. */
    int partitions(String namespace);

    /** Sends a record to its shard. */
    void send(ShardRecord record);

    /** Sends a refused record to the dead letters. */
    void refuse(OutputRecord deadLetter);

    /** Answers a query that cannot be asked. */
    void answer(OutputRecord result);

    long nowMillis();
}
