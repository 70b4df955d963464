// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.plan;

import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.RecordTypes;
import org.apache.flink.util.OutputTag;

/** Side outputs of planning. */
public final class PlanOutputs {
    /** Records that were refused. */
    public static final OutputTag<OutputRecord> DEAD_LETTERS = new OutputTag<>("dead-letters", RecordTypes.OUTPUT);
    /** Results of queries that could be read but not asked. */
    public static final OutputTag<OutputRecord> ANSWERS = new OutputTag<>("answers", RecordTypes.OUTPUT);

    private PlanOutputs() {}
}
