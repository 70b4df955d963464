// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.KeyGroups;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Flink's key groups, those of one operator instance. */
final class OperatorKeyGroups implements KeyGroups {
    private final KeyGroupRange range;
    private final int groups;
    private final Map<Integer, ShardKey> keys = new HashMap<>();

    /** @param groups of the whole operator: its maximum parallelism */
    OperatorKeyGroups(KeyGroupRange range, int groups) {
        this.range = range;
        this.groups = groups;
    }

    @Override
    public int groupOf(ShardKey shard) {
        return KeyGroupRangeAssignment.assignToKeyGroup(shard, groups);
    }

    /** The first of the keys that hash into the group: the same wherever it is asked for. */
    @Override
    public ShardKey keyOf(int group) {
        return keys.computeIfAbsent(
                group,
                wanted -> IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> new ShardKey(NAMESPACE, i))
                        .filter(key -> groupOf(key) == wanted)
                        .findFirst()
                        .orElseThrow());
    }

    @Override
    public int[] owned() {
        return IntStream.rangeClosed(range.getStartKeyGroup(), range.getEndKeyGroup())
                .toArray();
    }
}
