// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.store;

import io.dormouse.state.shard.ShardKey;

/** Groups of shards that stay together when the job is rescaled. */
public interface KeyGroups {
    /** All shards in one group. */
    KeyGroups ONE = new KeyGroups() {
        @Override
        public int groupOf(ShardKey shard) {
            return 0;
        }

        @Override
        public ShardKey keyOf(int group) {
            return new ShardKey(NAMESPACE, 0);
        }

        @Override
        public int[] owned() {
            return new int[] {0};
        }
    };

    /** The namespace of the keys that stand for groups; no user can name one so. */
    String NAMESPACE = "\0segments";

    /** The group of a shard. */
    int groupOf(ShardKey shard);

    /** A key of a group that no shard has: what concerns all its shards is kept under it. */
    ShardKey keyOf(int group);

    /** The groups whose shards are kept here. */
    int[] owned();
}
