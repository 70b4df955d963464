// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.util.Objects;

/** The head of a shard is damaged, and without it nothing is known of the shard. Other shards are none the worse. */
public final class DamagedShardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ShardKey shard;

    /** @param reason what is wrong with the head */
    public DamagedShardException(ShardKey shard, String reason) {
        super(reason);
        this.shard = Objects.requireNonNull(shard, "shard");
    }

    /** The shard. */
    public ShardKey shard() {
        return shard;
    }
}
