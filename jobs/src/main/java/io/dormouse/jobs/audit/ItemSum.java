// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.jobs.audit;

import io.dormouse.state.shard.Item;
import io.dormouse.state.shard.ItemVersion;
import io.dormouse.state.shard.ShardKey;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A digest of a set of items that does not depend on their order: the sum, modulo 2^256, of the SHA-256 of each. Item by
 * item it covers namespace, partition, id, version, payload and the exact bytes of the vector. It tells accidents apart,
 * not forgeries: such sums can be made to collide on purpose.
 */
final class ItemSum {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    private final MessageDigest sha256;
    private BigInteger sum = BigInteger.ZERO;
    private long items;

    ItemSum() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    void add(ShardKey shard, Item item, ByteBuffer vector) {
        ByteBuffer fixed = ByteBuffer.allocate(Integer.BYTES + ItemVersion.STORED_BYTES);
        fixed.putInt(shard.partition());
        item.version().write(fixed);
        sha256.update(fixed.flip());
        part(shard.namespace().getBytes(StandardCharsets.UTF_8));
        part(item.id().getBytes(StandardCharsets.UTF_8));
        part(item.payload());
        sha256.update(vector.duplicate());
        add(new BigInteger(1, sha256.digest()), 1);
    }

    /** Adds the sum of another set of items. */
    void add(BigInteger otherSum, long otherItems) {
        sum = sum.add(otherSum).mod(MODULUS);
        items += otherItems;
    }

    BigInteger sum() {
        return sum;
    }

    long items() {
        return items;
    }

    /** A part of any length, told from none at all. */
    private void part(byte[] bytes) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(bytes == null ? -1 : bytes.length)
                .flip());
        if (bytes != null) {
            sha256.update(bytes);
        }
    }
}
