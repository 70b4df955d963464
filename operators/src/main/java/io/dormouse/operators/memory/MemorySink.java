// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.ShardRecord;
import io.dormouse.schema.Violation;

/** Where the parts of the paged memory operator send what they produce. */
interface MemorySink {
    /** A whole answer. */
    void answer(OutputRecord result);

    /** One shard's part of an answer. */
    void partial(PartialAnswer part);

    void event(OutputRecord event);

    void acknowledge(Acknowledgement acknowledgement);

    /** A CREATE of several partitions that its first partition has agreed to, back to the namespaces topic. */
    void accepted(OutputRecord command);

    /** An ingest record that its shard could not take. */
    void refuse(ShardRecord record, Violation why, String id);
}
