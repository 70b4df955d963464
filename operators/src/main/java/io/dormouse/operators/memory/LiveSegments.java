// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.cold.SegmentNames;
import io.dormouse.state.cold.SegmentUses;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.KeyGroupRange;

/**
 * Writes into operator list state which segments an instance refers to: one element, {@link SegmentNames} of its key
 * groups. Only the sweep reads it, without restoring keyed state. After a restore it is written anew from the records in
 * keyed state, so that it does not matter to which instance Flink gives which element.
 */
public final class LiveSegments {
    private final ListState<byte[]> names;
    private final KeyGroupRange range;
    private final int groups;
    private final SegmentUses uses;

    /** @param groups key groups of the whole operator: its maximum parallelism */
    LiveSegments(OperatorStateStore states, KeyGroupRange range, int groups, SegmentUses uses) throws Exception {
        this.names = states.getListState(descriptor());
        this.range = Objects.requireNonNull(range, "range");
        this.groups = groups;
        this.uses = Objects.requireNonNull(uses, "uses");
    }

    /** One element an operator instance. */
    public static ListStateDescriptor<byte[]> descriptor() {
        return new ListStateDescriptor<>("segment-names", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    }

    /** To be called when all else is written for a checkpoint. */
    void snapshot() throws Exception {
        SegmentNames now = new SegmentNames(
                range.getStartKeyGroup(), range.getEndKeyGroup(), groups, uses.isComplete(), uses.names());
        names.update(List.of(now.write()));
    }
}
