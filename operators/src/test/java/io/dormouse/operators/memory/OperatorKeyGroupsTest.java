// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.operators.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.dormouse.state.shard.ShardKey;
import io.dormouse.state.store.KeyGroups;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.api.Test;

class OperatorKeyGroupsTest {
    @Test
    void aGroupsKeyIsTheFirstThatHashesIntoItWhoeverOwnsTheGroup() {
        OperatorKeyGroups all = new OperatorKeyGroups(KeyGroupRange.of(0, 127), 128);
        OperatorKeyGroups some = new OperatorKeyGroups(KeyGroupRange.of(64, 95), 128);
        for (int group : some.owned()) {
            int wanted = group;
            ShardKey first = IntStream.iterate(0, i -> i + 1)
                    .mapToObj(i -> new ShardKey(KeyGroups.NAMESPACE, i))
                    .filter(key -> all.groupOf(key) == wanted)
                    .findFirst()
                    .orElseThrow();
            assertThat(some.keyOf(group)).isEqualTo(first);
            assertThat(all.keyOf(group)).isEqualTo(first);
        }
    }

    /** As many key groups as Flink allows: looking for each alone took half a minute. */
    @Test
    void keysOfVeryManyGroupsAreFoundInOnePass() {
        int groups = 32_768;
        OperatorKeyGroups keyGroups = new OperatorKeyGroups(KeyGroupRange.of(0, groups - 1), groups);
        long start = System.nanoTime();
        for (int group : keyGroups.owned()) {
            assertThat(keyGroups.groupOf(keyGroups.keyOf(group))).isEqualTo(group);
        }
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }
}
