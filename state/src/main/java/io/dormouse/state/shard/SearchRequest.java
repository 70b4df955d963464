// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.state.shard;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One search of one shard.
 *
 * @param vector little-endian float32 from the buffer's position on, already of the shard's dimension
 * @param k hits wanted, at least 1
 * @param recallTarget share of the true nearest k wanted, in (0, 1]; NaN = the namespace's
 * @param withVectors whether hits carry their exact vectors
 * @param withPayloads whether hits carry their payloads; if not, those in object storage are not fetched
 */
public record SearchRequest(ByteBuffer vector, int k, float recallTarget, boolean withVectors, boolean withPayloads) {
    public SearchRequest {
        Objects.requireNonNull(vector, "vector");
    }
}
