// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.operators.record.Acknowledgement;
import io.dormouse.operators.record.OutputRecord;
import io.dormouse.operators.record.PartialAnswer;
import io.dormouse.operators.record.RecordTypes;
import org.apache.flink.util.OutputTag;

/** Side outputs of the paged memory; its main output are the results of namespaces of one partition. */
public final class MemoryOutputs {
    /** Answers of one of several shards. */
    public static final OutputTag<PartialAnswer> PARTIALS = new OutputTag<>("partials", RecordTypes.PARTIAL);
    /** Events to publish. */
    public static final OutputTag<OutputRecord> EVENTS = new OutputTag<>("events", RecordTypes.OUTPUT);
    /** Shards that have applied a command. */
    public static final OutputTag<Acknowledgement> ACKNOWLEDGEMENTS =
            new OutputTag<>("acknowledgements", RecordTypes.ACKNOWLEDGEMENT);
    /** CREATE commands of several partitions that the first partition has agreed to. */
    public static final OutputTag<OutputRecord> ACCEPTED = new OutputTag<>("accepted", RecordTypes.OUTPUT);
    /** Records that could not be applied. */
    public static final OutputTag<OutputRecord> DEAD_LETTERS = new OutputTag<>("dead-letters", RecordTypes.OUTPUT);

    private MemoryOutputs() {}
}
