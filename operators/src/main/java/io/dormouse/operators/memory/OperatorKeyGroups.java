// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.KeyGroups;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Flink's key groups, those of one operator instance. */
final class OperatorKeyGroups implements KeyGroups {
    private final KeyGroupRange range;
    private final int groups;
    /** By group of the range: the number of its key; null until it is first needed. */
    private int[] numbers;

    /** @param groups of the whole operator: its maximum parallelism */
    OperatorKeyGroups(KeyGroupRange range, int groups) {
        this.range = range;
        this.groups = groups;
    }

    @Override
    public int groupOf(ShardKey shard) {
        return KeyGroupRangeAssignment.assignToKeyGroup(shard, groups);
    }

    /** The first of the keys that hash into the group, which must be owned: the same wherever it is asked for. */
    @Override
    public ShardKey keyOf(int group) {
        if (numbers == null) {
            numbers = number();
        }
        return new ShardKey(NAMESPACE, numbers[group - range.getStartKeyGroup()]);
    }

    /** Goes once through the keys until each group has its first: of n groups about n log n are looked at. */
    private int[] number() {
        int[] found = new int[range.getNumberOfKeyGroups()];
        Arrays.fill(found, -1);
        int rest = found.length;
        for (int i = 0; rest > 0; i++) {
            int group = groupOf(new ShardKey(NAMESPACE, i));
            if (range.contains(group) && found[group - range.getStartKeyGroup()] < 0) {
                found[group - range.getStartKeyGroup()] = i;
                rest--;
            }
        }
        return found;
    }

    @Override
    public int[] owned() {
        return IntStream.rangeClosed(range.getStartKeyGroup(), range.getEndKeyGroup())
                .toArray();
    }
}
